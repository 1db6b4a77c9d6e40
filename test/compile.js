import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'

const options = { target: 'es2023', module: 'esnext', verbatimModuleSyntax: true, rewriteRelativeImportExtensions: true, sourceMap: true }

/** How many test files share a process, at most: each process costs a second of its own. */
const filesPerProcess = 14

/**
 * Compiles `src` and `test` into `build`: only what changed since the last time, and without checking types, which `npm run types` does.
 * Puts what the compiled code expects in the root of the package beside it, and in `build/rooms` one file for each process of tests.
 */
export async function compile () {
  mkdirSync('build', { recursive: true })
  const sources = ['src', 'test'].flatMap(filesIn).filter(name => /(?<!\.d)\.ts$/.test(name) && !name.startsWith(join('test', 'outside')))
  const outputs = new Map(sources.map(source => [outputOf(source), source]))
  for (const name of filesIn('build')) if (name.endsWith('.js') && !outputs.has(name)) rmSync(name)

  const changed = [...outputs].filter(([output, source]) => !(modified(output) > modified(source)))
  const ts = changed.length > 0 ? (await import('typescript')).default : undefined
  for (const [output, source] of changed) {
    const { options: compilerOptions } = ts.convertCompilerOptionsFromJson(options, '.')
    const { outputText, sourceMapText } = ts.transpileModule(readFileSync(source, 'utf8'), { fileName: basename(source), compilerOptions })
    const map = { ...JSON.parse(sourceMapText), sources: [relative(dirname(output), source).split(sep).join('/')] }
    mkdirSync(dirname(output), { recursive: true })
    writeFileSync(`${output}.map`, JSON.stringify(map))
    writeFileSync(output, outputText)
  }

  for (const name of ['package.json', 'fixtures']) cpSync(name, join('build', name), { recursive: true })
  writeRooms([...outputs.keys()].filter(name => name.endsWith('.test.js')))
}

/** Where a source is compiled to. */
export function outputOf (source) {
  return join('build', source.replace(/\.ts$/, '.js'))
}

function filesIn (folder) {
  return readdirSync(folder, { recursive: true }).map(name => join(folder, name))
}

function modified (file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs
}

/** Tests of one folder share processes; a large folder's files are dealt out to several. */
function writeRooms (tests) {
  const rooms = Map.groupBy === undefined ? groupByFolder(tests) : Map.groupBy(tests, dirname)
  for (const [folder, files] of rooms) {
    const count = Math.ceil(files.length / filesPerProcess)
    for (let part = 0; part < count; part++) {
      const name = join('build', 'rooms', `${basename(folder)}-${part + 1}.js`)
      const own = files.filter((_file, index) => index % count === part).map(file => relative('build/rooms', file).split(sep).join('/'))
      mkdirSync(dirname(name), { recursive: true })
      writeFileSync(name, `import { runFiles } from '../test/run-files.js'\n\nawait runFiles(${JSON.stringify(own, null, 2)}, import.meta.url)\n`)
    }
  }
}

function groupByFolder (tests) {
  const rooms = new Map()
  for (const file of tests) rooms.set(dirname(file), [...rooms.get(dirname(file)) ?? [], file])
  return rooms
}
