// Writes the TypeScript snippets of the README and docs as modules, so that they are compiled with the examples.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'

const [repository] = process.argv.slice(2)
const pages = ['README.md', ...readdirSync(`${repository}/docs`).filter(name => name.endsWith('.md')).map(name => `docs/${name}`)]
const snippets = pages.flatMap(page => [...readFileSync(`${repository}/${page}`, 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code))

mkdirSync('examples/snippets')
for (const [index, code] of snippets.entries()) writeFileSync(`examples/snippets/${index}.ts`, `${code}export {}\n`)
// What a snippet has had generated.
copyFileSync(`${repository}/test/clients/ovoc.d.ts`, 'examples/snippets/ovoc.d.ts')
// What the test of the pages gives every snippet.
writeFileSync('examples/snippets/globals.d.ts', `declare global {
  const assert: typeof import('node:assert/strict')
  const mock: typeof import('node:test').mock
  const ovoc: import('ovoc-mock').OvocMock
  const startOvocMock: typeof import('ovoc-mock').startOvocMock
  const connectOvocMock: typeof import('ovoc-mock').connectOvocMock
  const containerUrl: string
}
export {}
`)
