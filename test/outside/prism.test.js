import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { alteredDocument, inRepository, ovocDocument } from './places.js'
import { run, startOvocMock } from './processes.js'
import { startPrism } from './prism.js'

const clients = inRepository('test/clients')

test('Prism finds no violation of the document in what the client programs ask and get', async t => {
  const { opener, seen } = await startPrism(t, ovocDocument)
  await run(inRepository('test/run.js'), ['--reporter=tap', clients], {
    cwd: inRepository('.'),
    env: { ...process.env, OVOC_MOCK_TEST_PROXY: opener }
  })
  assert.deepEqual(seen.violations, [])
  assert.ok(seen.checked > 300, `${seen.checked} answers went through Prism`)
})

test('Prism finds a violation in a request and in an answer when the document says something else', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'ovoc-mock-outside-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'altered.json'), JSON.stringify(alteredDocument()))
  const { openWay, seen } = await startPrism(t, join(folder, 'altered.json'))
  const url = await openWay(await startOvocMock(t))
  await fetch(`${url}/ovoc/v1/topology/lcCustomers?detail=0`)
  await fetch(`${url}/api/ovoc/v1/topology/customers/85844`)
  const [request, answer, ...others] = seen.violations
  assert.match(request, /^GET \/ovoc\/v1\/topology\/lcCustomers\?detail=0: .*"request","query","detail"/)
  assert.match(answer, /^GET \/api\/ovoc\/v1\/topology\/customers\/85844: .*"response","body","tenantId"/)
  assert.deepEqual(others, [])
})
