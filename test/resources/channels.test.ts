import { readFileSync } from 'node:fs'
import t from 'tap'
import { generateRecords } from '../../src/index.ts'
import type { Channel } from '../../src/index.ts'
import { assertAllSucceeded } from '../described.ts'
import { build, start } from '../harness.ts'

const records: Channel[] = JSON.parse(readFileSync('fixtures/channels.json', 'utf8'))
const documented = records[0] as Channel
const path = '/ovoc/v1/topology/channels'
const asked = { name: 'BBOChannel', tenantId: 868, msTenantId: 'f79a7f93-5ef7-47d2-92c8-e4570503cec3' }

t.test('the documented channel is returned with its keys in the documented order, at every base path', async t => {
  const call = await build(t)
  t.equal(documented.id, 1315855)
  for (const basePath of ['', '/api', '/tenantui/api']) t.equal((await call(`${basePath}${path}/1315855`)).text, JSON.stringify(documented))
  t.same((await call(documented.url)).body, documented)
})

t.test('the channel list returns the bundled records as in the file: full with detail=1, otherwise brief', async t => {
  const call = await build(t)
  t.equal((await call(`${path}?detail=1`)).text, JSON.stringify({ channels: records }))
  t.same((await call(`${path}/`)).body, { channels: records.map(({ id, url, name, description }) => ({ id, url, name, description })) })
  t.same((await call(`${path}?fields=id&filter=(servicesNumber='10')`)).body, { channels: [{ id: 1315855 }] })
  t.equal((await call(`${path}?filter=(name='Nobody')`)).status, 204)
})

t.test('an unknown channel is a 404 that names the id', async t => {
  const call = await build(t)
  const answer = await call(`${path}/7`)
  t.same([answer.status, answer.body], [404, { description: 'there is no channel with id 7' }])
})

t.test('the documented request creates a channel that can be read as a full record', async t => {
  const call = await build(t)
  const before = Date.now()
  const { status, body: { id, url } } = await call(`/api${path}/`, { method: 'POST', body: asked })
  t.same([status, url], [201, `ovoc/v1/topology/channels/${id}`])
  const channel: Channel = (await call(`/${url}`)).body
  t.match(channel, { ...asked, id, url: `/${url}`, description: null, servicesNumber: 1, appRegistrationSettings: { msTenantId: asked.msTenantId } })
  t.same(Object.entries(channel.services).filter(([, { enabled }]) => enabled), [['OC', { meteringTag: '', enabled: true }]])
  t.ok(before <= Date.parse(channel.definedAt) && Date.parse(channel.definedAt) <= Date.now())
  t.equal(channel.lastChanged, channel.definedAt)
  t.same((await call(`${path}?detail=1`)).body.channels, [...records, channel])
})

t.test('a new channel takes description and operatorConnectEnabled from the request', async t => {
  const call = await build(t)
  const { body: { id } } = await call(path, { method: 'POST', body: { ...asked, description: 'Second channel', operatorConnectEnabled: false } })
  const channel: Channel = (await call(`${path}/${id}`)).body
  t.match(channel, { description: 'Second channel', servicesNumber: 0, services: { OC: { enabled: false } } })
})

t.test('each new channel has an id that no other record has', async t => {
  const call = await build(t, { customers: 40 })
  const ids = []
  for (const name of ['One', 'Two']) ids.push((await call(path, { method: 'POST', body: { ...asked, name } })).body.id)
  const channels: Channel[] = (await call(`${path}?detail=1`)).body.channels
  t.same(channels.slice(-2).map(({ id, name }) => [id, name]), [[ids[0], 'One'], [ids[1], 'Two']])
  t.equal(new Set(channels.map(({ id }) => id)).size, channels.length)
  t.equal(new Set(channels.map(({ iamAccountId }) => iamAccountId)).size, channels.length)
})

t.test('a wrong body is a 400 that names every problem, and creates no channel', async t => {
  const call = await build(t)
  const { status, body } = await call(path, { method: 'POST', body: { name: '', tenantId: '868', msTenantId: 'ABC', operatorConnectEnabled: 'yes', desc: 'x' } })
  t.equal(status, 400)
  for (const problem of [
    '/name must be a name that is not blank, got ""', '/tenantId must be a whole number from 1', '/msTenantId must be a GUID in lower case',
    '/operatorConnectEnabled must be true or false, got "yes"', '/desc is not a known field'
  ]) t.match(body.description, problem)
  t.match((await call(path, { method: 'POST', body: { ...asked, name: '  ' } })).body.description, '/name must be a name that is not blank, got "  "')
  t.match((await call(path, { method: 'POST', body: {} })).body.description, '/name is missing; /tenantId is missing; /msTenantId is missing')
  t.match((await call(`${path}?detail=1`, { method: 'POST', body: asked })).body.description, 'the query is not valid: detail is not a known parameter')
  t.equal((await call(path)).body.channels.length, records.length)
})

t.test('a missing body is a 400 that says so, with any content type', async t => {
  const call = await build(t)
  for (const headers of [{}, { 'content-type': 'application/json' }, { 'content-type': 'text/plain' }]) {
    const answer = await call(path, { method: 'POST', text: '', headers: headers as Record<string, string> })
    t.same([answer.status, answer.body], [400, { description: 'the body must be a JSON object, got none' }])
  }
})

t.test('a reset removes the channels that were created', async t => {
  const mock = await start(t)
  await fetch(`${mock.url}${path}`, { method: 'POST', body: JSON.stringify(asked), headers: { 'content-type': 'application/json' } })
  const count = async () => (await (await fetch(`${mock.url}${path}`)).json() as { channels: Channel[] }).channels.length
  t.equal(await count(), records.length + 1)
  mock.reset()
  t.equal(await count(), records.length)
})

t.test('generated channels are plausible', async t => {
  for (const channel of await generateRecords('channels', { count: 200, seed: 3 }) as Channel[]) {
    if (channel.lastChanged < channel.definedAt || channel.lastChanged > '2025-11-02') t.fail(`lastChanged of ${channel.id}`)
    if (channel.servicesNumber !== Object.values(channel.services).filter(({ enabled }) => enabled).length) t.fail(`services of ${channel.id}`)
    if (!/^[A-Z][A-Za-z]+$/.test(channel.name)) t.fail(`name ${channel.name}`)
    if (channel.appRegistrationSettings.msTenantId !== channel.msTenantId) t.fail(`registration of ${channel.id}`)
  }
})

t.test('the tests above call every operation on channels with success', async t => assertAllSucceeded(t, 'channels'))
