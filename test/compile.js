import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { buildAssets } from '../build-assets.js'

const options = { target: 'es2023', module: 'esnext', verbatimModuleSyntax: true, rewriteRelativeImportExtensions: true, sourceMap: true }

/**
 * Compiles `src` and `test` into `build`: only what changed since the last time, and without a check of types, which `npm run types` makes.
 * Copies beside the code what it expects in the root of the package.
 * @returns the compiled test files by their absolute sources.
 */
export async function compile () {
  mkdirSync('build', { recursive: true })
  const assets = join('build', 'src', 'assets')
  const sources = ['src', 'test'].flatMap(filesIn).filter(name => /(?<!\.d)\.ts$/.test(name) && ![join('test', 'outside'), join('src', 'console')].some(folder => name.startsWith(folder)))
  const outputs = new Map(sources.map(source => [source, join('build', source.replace(/\.ts$/, '.js'))]))
  const kept = new Set(outputs.values())
  for (const name of filesIn('build')) if (name.endsWith('.js') && !kept.has(name) && !name.startsWith(assets)) rmSync(name)

  const compiler = Math.max(modified(import.meta.filename), modified(join('node_modules', 'typescript', 'package.json')))
  const changed = [...outputs].filter(([source, output]) => !(modified(output) > Math.max(modified(source), compiler)))
  const ts = changed.length > 0 ? (await import('typescript')).default : undefined
  for (const [source, output] of changed) {
    const { options: compilerOptions } = ts.convertCompilerOptionsFromJson(options, '.')
    const { outputText, sourceMapText } = ts.transpileModule(readFileSync(source, 'utf8'), { fileName: basename(source), compilerOptions })
    const map = { ...JSON.parse(sourceMapText), sources: [relative(dirname(output), source).split(sep).join('/')] }
    mkdirSync(dirname(output), { recursive: true })
    writeFileSync(`${output}.map`, JSON.stringify(map))
    writeFileSync(output, outputText)
  }

  const isOld = [...filesIn('src'), 'build-assets.js'].some(name => !(modified(assets) > modified(name)))
  if (isOld) await buildAssets(assets)
  for (const name of ['package.json', 'fixtures']) cpSync(name, join('build', name), { recursive: true })
  return new Map([...outputs].filter(([source]) => source.endsWith('.test.ts')).map(([source, output]) => [resolve(source), output]))
}

/** Leaves out `node_modules`: the benchmark and `test/outside` have packages of their own. */
function filesIn (folder) {
  return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== 'node_modules')
    .flatMap(entry => entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)])
}

function modified (file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs
}
