import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'

const options = { target: 'es2023', module: 'esnext', verbatimModuleSyntax: true, rewriteRelativeImportExtensions: true, sourceMap: true }

/** How many test files share a process, at most: each process takes a second to start. */
const filesPerProcess = 14

/**
 * Compiles `src` and `test` into `build`: only what changed since the last time, and without a check of types, which `npm run types` makes.
 * Writes into `build/rooms` a file for each process of tests, and beside the code what it expects in the root of the package.
 * @returns the files to run by source: `outputs` of a test file, `rooms` of a folder.
 */
export async function compile () {
  mkdirSync('build', { recursive: true })
  const sources = ['src', 'test'].flatMap(filesIn).filter(name => /(?<!\.d)\.ts$/.test(name) && !name.startsWith(join('test', 'outside')))
  const outputs = new Map(sources.map(source => [source, join('build', source.replace(/\.ts$/, '.js'))]))
  const kept = new Set(outputs.values())
  for (const name of filesIn('build')) if (name.endsWith('.js') && !kept.has(name)) rmSync(name)

  const changed = [...outputs].filter(([source, output]) => !(modified(output) > modified(source)))
  const ts = changed.length > 0 ? (await import('typescript')).default : undefined
  for (const [source, output] of changed) {
    const { options: compilerOptions } = ts.convertCompilerOptionsFromJson(options, '.')
    const { outputText, sourceMapText } = ts.transpileModule(readFileSync(source, 'utf8'), { fileName: basename(source), compilerOptions })
    const map = { ...JSON.parse(sourceMapText), sources: [urlPath(relative(dirname(output), source))] }
    mkdirSync(dirname(output), { recursive: true })
    writeFileSync(`${output}.map`, JSON.stringify(map))
    writeFileSync(output, outputText)
  }

  for (const name of ['package.json', 'fixtures']) cpSync(name, join('build', name), { recursive: true })
  const tests = [...outputs].filter(([source]) => source.endsWith('.test.ts'))
  return { rooms: writeRooms(tests), outputs: new Map(tests.map(([source, output]) => [resolve(source), output])) }
}

/** Tests of one folder share processes; the files of a large one are dealt out to several. */
function writeRooms (tests) {
  mkdirSync(join('build', 'rooms'), { recursive: true })
  const rooms = new Map()
  for (const folder of new Set(tests.map(([source]) => dirname(source)))) {
    const files = tests.filter(([source]) => dirname(source) === folder).map(([, output]) => urlPath(relative(join('build', 'rooms'), output)))
    const count = Math.ceil(files.length / filesPerProcess)
    const parts = Array.from({ length: count }, (_, part) => {
      const own = files.filter((_file, index) => index % count === part)
      const name = join('build', 'rooms', `${basename(folder)}-${part + 1}.js`)
      writeFileSync(name, `import { runFiles } from '../test/run-files.js'\n\nawait runFiles(${JSON.stringify(own, null, 2)}, import.meta.url)\n`)
      return name
    })
    rooms.set(resolve(folder), parts)
  }
  return rooms
}

function filesIn (folder) {
  return readdirSync(folder, { recursive: true }).map(name => join(folder, name))
}

function modified (file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs
}

function urlPath (path) {
  return path.split(sep).join('/')
}
