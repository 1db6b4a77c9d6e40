import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { mock } from 'node:test'
import t from 'tap'
import ts from 'typescript'
import { connectOvocMock, startOvocMock } from '../src/index.ts'
import { spawnCli } from './harness.ts'

/** The snippets of a page, by the heading that they are under. */
function snippetsOf (page: string): Array<[heading: string, code: string]> {
  let heading = ''
  return Array.from(readFileSync(page, 'utf8').matchAll(/^#+ ([^\n]+)$|^```ts\n(.*?)^```$/gms), ([, title, code]) => {
    if (title !== undefined) heading = title
    return [heading, code] as [string, string]
  }).filter(([, code]) => code !== undefined)
}

const library = pathToFileURL(join(import.meta.dirname, '..', 'src', 'index.js')).href
const program = spawnCli(t, ['--port', '0', '--json', '--admin-token', 'of-the-tests'])
const containerUrl = JSON.parse(await program.line()).url
const ovoc = await startOvocMock()
t.teardown(() => ovoc.close())
Object.assign(globalThis, { assert, mock, ovoc, connectOvocMock, startOvocMock, containerUrl })

for (const [index, [heading, code]] of snippetsOf('docs/testing.md').entries()) {
  t.test(`the snippet under "${heading}" does what it says`, async () => {
    const module = code.replace("'ovoc-mock'", `'${library}'`)
    const { outputText } = ts.transpileModule(module, { compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext } })
    const file = join('build', 'docs', `testing-${index}.js`)
    mkdirSync(join('build', 'docs'), { recursive: true })
    writeFileSync(file, outputText)
    // eslint-disable-next-line no-restricted-syntax -- which snippets there are is known only now
    await import(pathToFileURL(file).href)
  })
}
