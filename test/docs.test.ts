import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { mock } from 'node:test'
import t from 'tap'
import ts from 'typescript'
import { connectOvocMock, startOvocMock } from '../src/index.ts'
import { spawnCli } from './harness.ts'

const inDocs = readdirSync('docs').filter(name => name.endsWith('.md')).map(name => `docs/${name}`)
const pages = ['README.md', 'CONTRIBUTING.md', 'examples/README.md', 'fixtures/README.md', ...inDocs]

/** Returns the snippets of a page, each with the heading above it. */
function snippetsOf (page: string): Array<[heading: string, code: string]> {
  let heading = ''
  return Array.from(readFileSync(page, 'utf8').matchAll(/^#+ ([^\n]+)$|^```ts\n(.*?)^```$/gms), ([, title, code]) => {
    if (title !== undefined) heading = title
    return [heading, code] as [string, string]
  }).filter(([, code]) => code !== undefined)
}

const proseOf = (page: string) => readFileSync(page, 'utf8').replace(/^```.*?^```$|<!--.*?-->/gms, '')

/** Returns the anchors of a page's headings in GitHub's form. */
function anchorsOf (page: string): string[] {
  const headings = Array.from(proseOf(page).matchAll(/^#+ (.+)$/gm), ([, title]) => title as string)
  return headings.map(title => title.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'))
}

t.test('every link of a page leads to a file or folder that exists, and its anchor to a heading there', async t => {
  for (const page of pages) {
    for (const [, target] of proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target as string)) continue
      const [path, anchor] = (target as string).split('#') as [string, string?]
      const file = path === '' ? page : join(dirname(page), path)
      t.ok(existsSync(file), `${page}: ${target}`)
      if (anchor !== undefined) t.ok(anchorsOf(file).includes(anchor), `${page}: ${target}`)
    }
  }
})

t.test('a page with more than five sections has a table of contents with all of them', async t => {
  for (const page of inDocs) {
    const sections = Array.from(proseOf(page).matchAll(/^## (.+)$/gm), ([, title]) => title as string)
    if (sections.length > 5) for (const title of sections) t.ok(proseOf(page).includes(`- [${title}](#`), `${page}: ${title}`)
  }
})

t.test('the README is short, and so are the sentences of the README and of docs', async t => {
  t.ok(Buffer.byteLength(readFileSync('README.md')) <= 7000)
  const lengths = ['README.md', ...inDocs].flatMap(page => sentencesOf(page).map(sentence => {
    const length = sentence.split(/\s+/).filter(word => /\w/.test(word)).length
    if (length > 32) t.fail(`${page}: ${length} words: ${sentence}`)
    return length
  })).sort((a, b) => a - b)
  const share = (part: number) => lengths[Math.floor(lengths.length * part)] as number
  t.ok(share(0.5) <= 14 && share(0.9) <= 24, `median ${share(0.5)}, p90 ${share(0.9)} words`)
})

/** Returns the sentences of paragraphs and list items. It skips output of the command, tables, headings and tables of contents. */
function sentencesOf (page: string): string[] {
  const paragraphs = proseOf(page).replace(/^[|#!].*$|^- \[.*\]\(#.*\)$/gm, '').split(/\n\s*\n|^- /m)
  return paragraphs.flatMap(paragraph => paragraph.replaceAll(/\]\([^)]*\)/g, '').replaceAll(/`[^`]*`/g, 'Code').split(/(?<=[.?!])[*_]*\s+(?=[^a-z])/))
    .map(sentence => sentence.trim()).filter(sentence => sentence.split(/\s+/).length > 2)
}

t.test('each task of docs/testing.md takes its user ten lines or fewer, the frame included', async t => {
  const page = readFileSync('docs/testing.md', 'utf8').split(/^## /m).find(section => section.startsWith('Tasks\n')) as string
  const tasks = Array.from(page.matchAll(/^### ([^\n]+)$.*?^```ts\n(.*?)^```$/gms), ([, title, code]) => [title, code] as [string, string])
  t.equal(tasks.length, 13)
  for (const [title, code] of tasks) {
    // Two imports, the start and the end of the server; one more import for fake timers. The code under test is no part of a task.
    const frame = code.includes('mock.') ? 5 : 4
    const lines = code.replace(/^const .*\{ \/\/ your code\n(?: {2}.*\n)+\}\n/m, '').split('\n').filter(line => line.trim() !== '')
    t.ok(lines.length + frame <= 10, `${title}: ${lines.length + frame} lines`)
    for (const line of lines) t.ok(line.length <= 150 && !/;\s/.test(line.replace(/\/\/.*/, '')), `${title}: ${line}`)
  }
})

const library = pathToFileURL(join(import.meta.dirname, '..', 'src', 'index.js')).href
const openapi = pathToFileURL(join('openapi', 'openapi.json')).href
const program = spawnCli(t, ['--port', '0', '--json', '--admin-token', 'of-the-tests'])
const containerUrl = JSON.parse(await program.line()).url
const ovoc = await startOvocMock()
t.teardown(() => ovoc.close())
Object.assign(globalThis, { assert, mock, ovoc, connectOvocMock, startOvocMock, containerUrl })

t.test('the page of the handle shows a call of each of its methods', async t => {
  const calls = snippetsOf('docs/testing.md').filter(([heading]) => heading === 'The handle').map(([, code]) => code).join('\n')
  const { customers, records, rules, requests, clock, snapshots } = ovoc
  for (const [name, methods] of Object.entries({ customers, records, rules, requests, clock, snapshots })) {
    for (const method of Object.keys(methods)) t.ok(calls.includes(`${name}.${method}(`), `${name}.${method}`)
  }
})

for (const page of pages) {
  for (const [index, [heading, code]] of snippetsOf(page).entries()) {
    t.test(`the snippet of ${page} under "${heading}" does what it says`, async () => {
      const module = code.replace("'ovoc-mock'", `'${library}'`).replace("'ovoc-mock/openapi.json'", `'${openapi}'`).replace('console.log', 'void ')
      const { outputText } = ts.transpileModule(module, { compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext } })
      const file = join('build', 'docs', `${page.replaceAll('/', '-')}-${index}.js`)
      mkdirSync(join('build', 'docs'), { recursive: true })
      writeFileSync(file, outputText)
      // eslint-disable-next-line no-restricted-syntax -- the snippets are known at run time only
      await import(pathToFileURL(file).href)
    })
  }
}
