import { readFileSync } from 'node:fs'
import t from 'tap'
import { generateRecords } from '../../src/index.ts'
import type { Device } from '../../src/index.ts'
import { assertAllSucceeded } from '../described.ts'
import { build } from '../harness.ts'

const records: Device[] = JSON.parse(readFileSync('fixtures/devices.json', 'utf8'))
const list = '/ovoc/v1/topology/devices'

t.test('every bundled device is returned at its url as in the file', async t => {
  const call = await build(t)
  for (const record of records) t.equal((await call(record.url)).text, JSON.stringify(record))
})

t.test('the device list returns brief records without address, and full ones with detail=1', async t => {
  const call = await build(t)
  const { body } = await call(`${list}/`)
  t.same(body.devices[0], { id: records[0]?.id, url: records[0]?.url, description: records[0]?.description })
  t.same((await call(`${list}?detail=1`)).body, { devices: records })
})

t.test('a device can be found by its address or its FQDN; no match is a 204', async t => {
  const call = await build(t)
  for (const device of records) {
    t.same((await call(`${list}?detail=1&filter=(ipAddress='${device.ipAddress}')`)).body, { devices: [device] })
    if (device.fqdn !== null) t.same((await call(`${list}?filter=(fqdn='${device.fqdn}')`)).body.devices.map(({ id }: Device) => id), [device.id])
  }
  t.equal((await call(`${list}?filter=(ipAddress='192.0.2.250')`)).status, 204)
})

t.test('an unknown device is a 404 that names the id', async t => {
  const call = await build(t)
  const answer = await call(`${list}/123`)
  t.same([answer.status, answer.body], [404, { description: 'there is no device with id 123' }])
})

t.test('every generated device is returned at its url and has a unique address', async t => {
  const call = await build(t, { customers: 40, seed: 5 })
  const devices: Device[] = (await call(`${list}?detail=1`)).body.devices
  t.ok(devices.length > 150)
  t.equal(new Set(devices.map(({ ipAddress }) => ipAddress)).size, devices.length)
  for (const device of devices.slice(-20)) t.same((await call(device.url)).body, device)
  t.same((await call(`${list}?detail=1&filter=(ipAddress='${devices.at(-1)?.ipAddress}')`)).body, { devices: devices.slice(-1) })
})

t.test('generated devices are plausible', async t => {
  const devices = [...await generateRecords('devices', { count: 500, seed: 3 })] as Device[]
  t.ok(devices.length > 3000)
  t.same(devices.filter(({ ipAddress, name, fqdn, serialNumber, softwareVersion }) =>
    !/^10\.\d+\.\d+\.([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-4])$/.test(ipAddress) || !/^[A-Za-z]+-[A-Za-z]+-\d+$/.test(name) ||
    (fqdn !== null && !/^[a-z0-9-]+\.voice\.example$/.test(fqdn)) || !/^[1-9]\d{7}$/.test(serialNumber as string) || !/\d/.test(softwareVersion as string)).slice(0, 5), [])
})

t.test('with generated unknown ids, any other id has a device', async t => {
  const call = await build(t, { unknownIds: 'generate' })
  const { status, body } = await call(`${list}/4711`)
  t.same([status, body.id, body.url], [200, 4711, `${list}/4711`])
})

t.test('the tests above call every operation on devices with success', async t => assertAllSucceeded(t, 'devices'))
