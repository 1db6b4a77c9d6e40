import t from 'tap'
import { build, heapUsed } from '../harness.ts'

t.test('a sandbox has at most 50,000 changed records of a resource; a reset makes room again', async t => {
  const call = await build(t, { customers: 20_000 })
  const { records } = (await call('/__admin/records/calls')).body as { records: Array<{ id: number }> }
  const ids = records.map(({ id }) => id)
  const remove = (from: number, count: number) => call('/__admin/records', { method: 'PUT', body: { delete: { calls: ids.slice(from, from + count) } } })
  for (let from = 0; from < 49_000; from += 2000) t.equal((await remove(from, Math.min(2000, 49_999 - from))).status, 200)

  const full = /^a sandbox may have at most 50000 calls that were created, changed or deleted, got 50001; /
  t.match(await remove(49_999, 2), { status: 507, body: { detail: full } })
  t.equal((await call(`/__admin/records/calls/${ids[49_999]}`)).status, 200, 'all or none')
  t.equal((await remove(49_999, 1)).status, 200)
  t.match(await call(`/__admin/records/calls/${ids[50_000]}`, { method: 'DELETE' }), { status: 507, body: { detail: full } })
  t.equal((await call('/__admin/records/calls', { method: 'POST', body: { id: ids[0] } })).status, 201, 'a record that changed before has its place')

  t.equal((await call('/__admin/health')).body.counts.calls, ids.length - 49_999)
  t.equal((await call('/__admin/reset', { method: 'POST' })).status, 200)
  t.equal((await call('/__admin/health')).body.counts.calls, ids.length)
  t.equal((await remove(50_000, 10)).status, 200)
})

t.test('downloads of snapshots run one after another, so that few hold their records at a time', async t => {
  const call = await build(t, { customers: 300, storageBytes: 2 ** 30 })
  const [fwdRule] = await recordsOf(call, 'fwdRules')
  const devices = await recordsOf(call, 'devices')
  const alarmDevicesFilter = devices.slice(-900).map(({ id }) => id)
  const [long, short] = ['/__sandbox/long', '/__sandbox/short'] as const
  for (const [sandbox, count] of [[long, 240], [short, 90]] as const) {
    for (let id = 9_000_000; id < 9_000_000 + count; id++) {
      const fwdRules = [{ ...fwdRule, id, url: fwdRule?.url.replace(/\d+$/, String(id)), alarmDevicesFilter }]
      t.equal((await call(`${sandbox}/__admin/records`, { method: 'PUT', body: { fwdRules } })).status, 200)
    }
    t.equal((await call(`${sandbox}/__admin/snapshots/a`, { method: 'POST' })).status, 201)
  }

  const ended: string[] = []
  const download = async (sandbox: string) => {
    // A HEAD ends after the same beginning of both.
    t.equal((await call(`${sandbox}/__admin/snapshots/a/fixtures`, { method: 'HEAD' })).status, 200)
    ended.push(sandbox)
  }
  await Promise.all([download(long), download(short)])
  t.same(ended, [long, short])
})

t.test('snapshots and reloads of unchanged fixtures do not keep the records of every reload in memory', async t => {
  const call = await build(t, { customers: 4000, journalEntries: 0 })
  const round = async (name: string) => {
    for (let times = 0; times < 3; times++) t.equal((await call('/ovoc/v1/topology/lcCustomers')).status, 200)
    t.equal((await call(`/__admin/snapshots/${name}`, { method: 'POST' })).status, 201)
    t.equal((await call('/__admin/fixtures/reload', { method: 'POST' })).status, 200)
  }
  for (const name of ['warm', 'warmer']) await round(name)
  const before = heapUsed()
  for (let count = 0; count < 5; count++) await round(`s${count}`)
  const growth = heapUsed() - before
  t.ok(growth < 10_000_000, `${growth} bytes`)
})

async function recordsOf (call: Awaited<ReturnType<typeof build>>, resource: string) {
  const { body: { records } } = await call(`/__admin/records/${resource}`)
  return (records as Array<{ record: { id: number, url: string } }>).map(({ record }) => record)
}
