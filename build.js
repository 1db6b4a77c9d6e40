// Builds the package into `dist`: the code, bundled into a few files, the types and the page of the console with its script.
import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { compileValidators } from './compile-validators.js'

// A server needs only a few functions of these packages, and each file takes time to load. package.json has their exact versions, so the
// bundled version is the installed one. Types, licence and the report of `npm audit` then fit the bundled code.
const bundled = ['fastest-levenshtein', 'lru-cache', 'typebox']

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
rmSync('dist', { recursive: true, force: true })

const { metafile } = await build({
  entryPoints: ['src/index.ts', 'src/cli.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.20',
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
  external: Object.keys(dependencies).filter(name => !bundled.includes(name))
})
const inputs = [metafile, await compileValidators('dist/validators')].flatMap(({ inputs }) => Object.keys(inputs))
const packages = inputs.flatMap(input => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [])
writeFileSync('dist/licences.txt', [...new Set(packages)].sort().map(licenceOf).join('\n'))

const tsc = (...args) => execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', ...args], { stdio: 'inherit' })
tsc('tsconfig.build.json')
await build({ entryPoints: ['src/console/main.ts'], outdir: 'dist/console', bundle: true, format: 'esm', target: 'es2022', minify: true, logLevel: 'warning' })
for (const name of ['index.html', 'style.css']) copyFileSync(`src/console/${name}`, `dist/console/${name}`)

function licenceOf (name) {
  const folder = `node_modules/${name}`
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  if (dependencies[name] !== version) throw new Error(`${name} ${version} is bundled, so package.json must name that version, not ${dependencies[name]}`)
  const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each))
  return `${name} ${version}\n\n${readFileSync(`${folder}/${file}`, 'utf8')}`
}
