import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import t from 'tap'
import { build, sendRaw, start } from '../harness.ts'

interface Operation { operationId: string, tags: string[], parameters: Array<{ name: string, in: string }>, requestBody?: object, responses: Record<string, { headers?: object }> }

const document = JSON.parse(readFileSync('openapi/control.json', 'utf8'))
const operations = Object.values<Record<string, Operation>>(document.paths).flatMap(item => Object.entries(item))
const named = (id: string) => operations.find(([, { operationId }]) => operationId === id)?.[1] as Operation

t.test('the control document groups operations under tags, each with a sentence', async t => {
  const tags: Array<{ name: string, description: string }> = document.tags
  t.same(tags.map(({ name }) => name), ['rules', 'records', 'requests', 'sandboxes', 'clock', 'snapshots', 'server'])
  for (const { name, description } of tags) t.match(description, /^[A-Z][^.]+\.$/, name)
  for (const [, { operationId, tags: own }] of operations) {
    t.ok(own.length === 1 && tags.some(({ name }) => name === own[0]), operationId)
  }
  const tagsOf = (...ids: string[]) => ids.map(id => named(id).tags[0])
  t.same(tagsOf('addRules', 'putRecords', 'waitForRequests', 'resetSandbox'), ['rules', 'records', 'requests', 'sandboxes'])
  t.same(tagsOf('changeClock', 'downloadSnapshot', 'getHealth', 'reloadFixtures'), ['clock', 'snapshots', 'server', 'server'])
})

t.test('operations with a body can return 413, and a body for other operations is rejected', async t => {
  const call = await build(t)
  const { status } = await call('/__admin/reset', { method: 'POST', body: { x: 'x'.repeat(2 * 1024 * 1024) } })
  t.equal(status, 400)
  for (const [, { operationId, requestBody, responses }] of operations) t.equal('413' in responses, requestBody !== undefined, operationId)
})

t.test('the control document describes the headers of requests and responses', async t => {
  for (const [, { operationId, parameters }] of operations) t.ok(parameters.some(({ name, in: part }) => name === 'X-Ovoc-Mock-Sandbox' && part === 'header'), operationId)
  t.ok(named('streamRequests').parameters.some(({ name }) => name.toLowerCase() === 'last-event-id'))
  t.same(Object.keys(named('createRecord').responses['201']?.headers ?? {}), ['Location'])
})

t.test('the schema of rules rejects the same combinations as the server', async t => {
  const call = await build(t)
  const ajv = new Ajv2020({ strict: false })
  formats.default(ajv)
  const validate = ajv.addSchema(document, 'control').compile({ $ref: 'control#/components/schemas/RuleCreation' })
  const taken: object[] = [{ status: 503 }, { preset: 'flaky' }, { delay: 1 }, { delay: { from: 1, to: 2 } }, { status: 503, delay: 1 }, { body: 1, headers: {} }, { responses: [503, { body: 1 }], delay: 1 }, { break: 'cut', delay: 1 }]
  const refused = [{}, { status: 503, break: 'cut' }, { body: 1, responses: [503] }, { preset: 'flaky', delay: 1 }, { responses: [5] }, { responses: [] }, { preset: 'flaky', status: 503 }, { delay: {} }, { delay: { from: 1 } }, { delay: { from: 1, to: 2, median: 1 } }]
  for (const body of [...taken, ...refused]) {
    const { status } = await call('/__admin/rules', { method: 'POST', body })
    t.same([status === 201, validate(body)], [taken.includes(body), taken.includes(body)], JSON.stringify(body))
  }
})

t.test('a client can list requests that got no response', async t => {
  const server = await start(t)
  const { rules, requests } = await server.sandbox('default')
  await rules.add({ break: 'empty', times: 1 })
  const request = 'GET /ovoc/v1/topology/customers/85844 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
  for (let count = 0; count < 2; count++) await sendRaw(server.url, request)
  t.match(await requests.list({ status: null }), [{ id: 1, status: null }])
  t.match(await requests.list({ status: 200 }), [{ id: 2, status: 200 }])
})
