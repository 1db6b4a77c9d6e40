import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { alteredDocument, ovocDocument } from './places.js'
import { collectionOf, runInNewman } from './postman.js'
import { startOvocMock } from './processes.js'

const document = JSON.parse(readFileSync(ovocDocument, 'utf8'))

test('a Postman collection made of the document runs in newman without a failure', async t => {
  const { requests, failures } = await runInNewman(await collectionOf(document), await startOvocMock(t))
  assert.deepEqual(failures, [])
  assert.equal(requests.length, Object.values(document.paths).flatMap(Object.keys).length)
})

test('newman finds failures when the document says something else, or when the server fails', async t => {
  const altered = await runInNewman(await collectionOf(alteredDocument()), await startOvocMock(t))
  assert.equal(altered.failures.length, 4)
  for (const failure of altered.failures) assert.match(failure, /customer.*fits the schema of the document.*tenantId/is)
  const failing = await runInNewman(await collectionOf(document), await startOvocMock(t, '--rule', 'outage'))
  assert.equal(failing.failures.length, failing.requests.length)
})
