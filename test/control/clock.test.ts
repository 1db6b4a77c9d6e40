import t from 'tap'
import { takeToken, tenant, tokenForm, tokenPath } from '../callers.ts'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'
import { buildWithKey } from '../token-key.ts'

const clock = '/__admin/clock'
const put = (call: Client, body: object) => call(clock, { method: 'PUT', body })
const channel = { name: 'C', tenantId: 1, msTenantId: 'f79a7f93-5ef7-47d2-92c8-e4570503cec3' }

async function created (call: Client): Promise<any> {
  const { body: { id } } = await call('/ovoc/v1/topology/channels', { method: 'POST', body: channel })
  return (await call(`/ovoc/v1/topology/channels/${id}`)).body
}

t.test('a clock shows the machine\'s time until it is changed', async t => {
  const call = await build(t)
  const { body } = await call(clock)
  t.equal(body.frozen, false)
  t.ok(Math.abs(Date.parse(body.now) - Date.now()) < 60_000)
})

t.test('a frozen clock stands still, and new records have its time', async t => {
  const call = await build(t)
  t.same((await put(call, { now: '2025-08-14T08:16:18.736Z', frozen: true })).body, { now: '2025-08-14T08:16:18.736Z', frozen: true })
  t.match(await created(call), { definedAt: '2025-08-14T08:16:18.736+0000', lastChanged: '2025-08-14T08:16:18.736+0000' })
  t.same((await put(call, { advance: 86_400.5 })).body, { now: '2025-08-15T08:16:19.236Z', frozen: true })
  t.same((await put(call, { now: '2025-08-14T10:16:18.736+0200' })).body, { now: '2025-08-14T08:16:18.736Z', frozen: true })
})

t.test('a released clock goes on from where it stood, and a clock that is frozen stops where it is', async t => {
  const call = await build(t)
  await put(call, { now: '1999-12-31T23:59:59Z', frozen: true })
  const { body } = await put(call, { frozen: false })
  t.equal(body.frozen, false)
  t.match(body.now, /^(1999-12-31T23:59:59|2000-01-01)/)
  t.match((await put(call, { frozen: true })).body, { now: /^(1999-12-31T23:59:59|2000-01-01)/, frozen: true })
})

t.test('a clock shows year 1 and year 9999 in OVOC\'s format, and stops at the last instant', async t => {
  const call = await build(t)
  await put(call, { now: '0001-01-01T00:00:00Z', frozen: true })
  t.equal((await created(call)).definedAt, '0001-01-01T00:00:00.000+0000')
  await put(call, { now: '9999-12-31T23:59:59.999Z', frozen: false })
  t.equal((await created(call)).definedAt, '9999-12-31T23:59:59.999+0000')
  t.equal((await call(clock)).body.now, '9999-12-31T23:59:59.999Z')
})

t.test('an instant that no clock can show is rejected and changes nothing', async t => {
  const call = await build(t)
  const { body: before } = await put(call, { now: '2025-01-01T00:00:00Z', frozen: true })
  const instant = '/now must be an instant from year 1 to 9999 such as'
  const wrong: Array<[object, string]> = [
    [{}, 'it must hold now, advance or frozen'],
    [{ now: '2025-01-01T00:00:00Z', advance: 1 }, '/advance must be left out where there is /now'],
    [{ now: 'tomorrow', frozen: false }, instant],
    [{ now: '2025-02-31T00:00:00Z' }, instant],
    [{ now: '2025-13-01T00:00:00Z' }, instant],
    [{ now: '2025-01-01T24:00:00Z' }, instant],
    [{ now: '0000-12-31T00:00:00Z' }, instant],
    [{ now: '9999-12-31T23:59:59-01:00' }, instant],
    [{ advance: -1e12, frozen: false }, '/advance must keep the clock between year 1 and 9999, got -1000000000000'],
    [{ advance: 1e300 }, '/advance must keep the clock between year 1 and 9999, got 1e+300'],
    [{ advance: '1' }, '/advance must be a number, got "1"'],
    [{ frozen: 'yes' }, '/frozen must be true or false, got "yes"']
  ]
  for (const [body, problem] of wrong) {
    const answer = await put(call, body)
    t.equal(answer.status, 400)
    t.ok(answer.body.problems[0].startsWith(problem), answer.body.problems[0])
  }
  t.match((await put(call, { now: 'soon', advance: 1e300 })).body.problems, [/^\/advance must be left out/, /^\/now must be/, /^\/advance must keep/])
  t.same((await call(clock)).body, before)
})

t.test('a reset brings back the machine\'s time', async t => {
  const call = await build(t)
  await put(call, { now: '2001-01-01T00:00:00Z', frozen: true })
  await call('/__admin/reset', { method: 'POST' })
  t.notMatch((await call(clock)).body.now, /^2001/)
})

t.test('with frozen clocks, the same requests get the same bytes, including headers', async t => {
  const answers = []
  for (const seed of [7, 7]) {
    const call = await buildWithKey(t, { seed, customers: 3 })
    await put(call, { now: '2025-08-14T08:16:18.736Z', frozen: true })
    await created(call)
    // The issuer of a token is the address that was called. Over sockets, each server has another port.
    const host = { host: 'ovoc.example' }
    const form = tokenForm()
    const calls = [
      call('/ovoc/v1/topology/channels?detail=1'), call('/ovoc/v1/nothing'),
      call(tokenPath, { ...form, headers: { ...form.headers, ...host } }), call(`/${tenant}/discovery/v2.0/keys`, { headers: host })
    ]
    answers.push((await Promise.all(calls)).map(({ headers, text }) => [headers, text]))
  }
  t.same(answers[0], answers[1])
  t.match(answers[0]?.[2]?.[1], '"access_token":"ey')
})

t.test('after a reset, tokens get the same ids again', async t => {
  const call = await build(t, { seed: 7 })
  const begin = async () => {
    await call('/__admin/reset', { method: 'POST' })
    await put(call, { now: '2025-08-14T08:16:18.736Z', frozen: true })
    return takeToken(call)
  }
  const first = await begin()
  t.not(await takeToken(call), first)
  t.equal(await begin(), first)
})

t.test('records that a test creates get their dates from the clock, unless the test sets them', async t => {
  const call = await build(t)
  await put(call, { now: '2025-08-14T08:16:18.736Z', frozen: true })
  const create = (resource: string, body: object) => call(`/__admin/records/${resource}`, { method: 'POST', body })
  t.match((await create('channels', {})).body, { definedAt: '2025-08-14T08:16:18.736+0000', lastChanged: '2025-08-14T08:16:18.736+0000' })
  t.equal((await create('customers', { definedAt: '2020-01-01T00:00:00.000+0000' })).body.definedAt, '2020-01-01T00:00:00.000+0000')
})

t.test('the header Date of a response shows the clock of its sandbox', async t => {
  const call = await build(t)
  await put(call, { now: '0001-01-01T00:00:00Z', frozen: true })
  t.equal((await call('/ovoc/v1/nothing')).headers.date, 'Mon, 01 Jan 0001 00:00:00 GMT')
  await put(call, { now: '2001-09-09T01:46:40Z', frozen: false })
  t.match((await call('/ovoc/v1/topology/customers/85844')).headers.date, /^Sun, 09 Sep 2001 01:4/)
  t.notMatch((await call('/__sandbox/other/ovoc/v1/nothing')).headers.date, / 2001 /)
})
