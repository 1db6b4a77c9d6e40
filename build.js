// Builds the package into `dist`: the code, bundled into a few files, what they read at run time, and the types.
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { buildAssets } from './build-assets.js'

// A server needs only a few functions of these packages, and each file takes time to load. package.json has their exact versions, so the
// bundled version is the installed one. Types, licence and the report of `npm audit` then fit the bundled code.
const bundled = ['fastest-levenshtein', 'lru-cache', 'typebox']

const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
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
const inputs = [...Object.keys(metafile.inputs), ...await buildAssets('dist/assets')]
const packages = inputs.flatMap(input => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [])
// The files of @fastify/swagger-ui are those of Swagger UI, whose licence is not among them. TypeScript has the same one.
const apache = readFileSync('node_modules/typescript/LICENSE.txt', 'utf8')
const ofSwaggerUi = [
  'Swagger UI, in @fastify/swagger-ui',
  'Copyright SmartBear Software Inc.',
  'Its bundle contains further packages that are not listed: @fastify/swagger-ui lacks the file swagger-ui-bundle.js.LICENSE.txt.',
  apache
].join('\n\n')
writeFileSync('dist/licences.txt', [...[...new Set(packages)].sort().map(licenceOf), ofSwaggerUi].join('\n'))

const tsc = (...args) => execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', ...args], { stdio: 'inherit' })
tsc('tsconfig.build.json')

function licenceOf (name) {
  const folder = `node_modules/${name}`
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  const named = dependencies[name] ?? devDependencies[name]
  if (named !== version) throw new Error(`${name} ${version} is bundled, so package.json must name that version, not ${named}`)
  const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each))
  return `${name} ${version}\n\n${readFileSync(`${folder}/${file}`, 'utf8')}`
}
