import assert from 'node:assert/strict'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createClient } from '@hey-api/openapi-ts'
import { alteredDocument, controlDocument, inRepository, ovocDocument } from './places.js'
import { run, startOvocMock } from './processes.js'

const compiler = fileURLToPath(import.meta.resolve('typescript/bin/tsc'))

test('a client generated from the document compiles strictly and works', async t => {
  const program = await compile(t, ovocDocument, 'use-ovoc.ts')
  const { stdout } = await run(program, [await startOvocMock(t)])
  assert.equal(stdout, 'brad@example.com; 85844; there is no customer with id 1\n')
})

test('a client generated from the document of the control API compiles strictly and works', async t => {
  const program = await compile(t, controlDocument, 'use-control.ts')
  const { stdout } = await run(program, [await startOvocMock(t)])
  assert.equal(stdout, 'ok; WARNING; 503; 1; \n')
})

test('a program does not compile with a client generated from a document that says something else', async t => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'altered.json'), JSON.stringify(alteredDocument()))
  await assert.rejects(compile(t, join(folder, 'altered.json'), 'use-ovoc.ts'), /use-ovoc\.ts\(7,.*'"1"' is not assignable to type '"whole"'/)
})

/** Generates a client, compiles a program that uses it, and gives back the compiled program. */
async function compile (t, document, program) {
  const folder = await temporaryFolder(t)
  await createClient({ input: document, output: join(folder, 'client'), plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'], logs: { level: 'silent', file: false } })
  await copyFile(inRepository(`test/outside/programs/${program}`), join(folder, program))
  await copyFile(inRepository('test/outside/programs/tsconfig.json'), join(folder, 'tsconfig.json'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await run(compiler, ['--project', folder, '--typeRoots', inRepository('node_modules/@types')])
  return join(folder, 'compiled', program.replace(/ts$/, 'js'))
}

async function temporaryFolder (t) {
  const folder = await mkdtemp(join(tmpdir(), 'ovoc-mock-outside-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}
