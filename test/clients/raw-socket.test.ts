import t from 'tap'
import { reach, sendRaw } from '../harness.ts'

/**
 * Sends a request like programs in use. It compares header names case-sensitively and reads bodies by their length. An empty list after a
 * filter is a failure.
 */
async function ask (url: string, line: string, body = ''): Promise<{ status: number, body: any }> {
  const length = body === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
  const authorization = `Authorization: Basic ${Buffer.from('acladmin:pass_1234').toString('base64')}\r\n`
  const received = await sendRaw(url, `${line} HTTP/1.1\r\nHost: ovoc\r\n${authorization}${length}Connection: close\r\n\r\n${body}`)
  const [head = '', text = ''] = received.split('\r\n\r\n')
  const status = Number(head.split(' ')[1])
  if (status === 204) return { status, body: undefined }
  if (!head.includes('\r\nContent-Type: application/json')) throw new Error(`no Content-Type in ${head}`)
  if (!head.includes(`\r\nContent-Length: ${Buffer.byteLength(text)}`)) throw new Error(`no Content-Length in ${head}`)
  const parsed = JSON.parse(text)
  const [list] = Object.values(parsed)
  if (line.includes('filter=') && Array.isArray(list) && list.length === 0) throw new Error('200 with an empty list after a filter')
  return { status, body: parsed }
}

t.test('a client that reads header names case-sensitively finds a device, and learns if there is none', async t => {
  const url = await reach(t, { customers: 300 })
  const { body: { devices: [first] } } = await ask(url, 'GET /ovoc/v1/topology/devices?detail=1')
  const found = await ask(url, `GET /ovoc/v1/topology/devices?filter=(ipAddress=%27${first.ipAddress}%27)`)
  t.same(found.body.devices.map(({ id }: { id: number }) => id), [first.id])
  t.equal((await ask(url, "GET /ovoc/v1/topology/devices?filter=(ipAddress='203.0.113.255')")).status, 204)
})

t.test('a client that reads header names case-sensitively finds, adds, changes and deletes an alarm forwarding rule', async t => {
  const url = await reach(t)
  const rule = {
    name: 'Forward Connection Lost from 10.1.2.3',
    tenantId: -1,
    ruleDestType: 'SYSLOG',
    destSyslog: { syslogServerIP: '10.0.0.9', syslogServerPort: 20001 },
    forwardType: 'ALLOW',
    alarmTenantsFilter: [],
    alarmRegionsFilter: [],
    alarmEndpointsFilter: [],
    alarmSitesFilter: [],
    alarmDevicesFilter: [],
    alarmNamesFilter: ['acEMSNodeConnectionLostAlarm']
  }
  const filter = `filter=(name='${rule.name.replaceAll(' ', '%20')}')`
  t.equal((await ask(url, `GET /ovoc/v1/alarms/fwdRules?${filter}`)).status, 204)
  const created = await ask(url, 'POST /ovoc/v1/alarms/fwdRules', JSON.stringify(rule))
  t.equal(created.status, 201)
  t.equal((await ask(url, `GET /ovoc/v1/alarms/fwdRules?${filter}`)).body.fwdRules[0].id, created.body.id)
  t.equal((await ask(url, `PUT ${created.body.url}`, '{"alarmDevicesFilter":null}')).status, 200)
  t.equal((await ask(url, `GET ${created.body.url}`)).body.alarmDevicesFilter, null)
  t.equal((await ask(url, `DELETE ${created.body.url}`)).status, 200)
  t.equal((await ask(url, `GET ${created.body.url}`)).status, 404)
})

t.test('a client that reads header names case-sensitively reads calls and the devices that report them', async t => {
  const url = await reach(t, { customers: 300 })
  const { body: { calls } } = await ask(url, 'GET /ovoc/v1/callsMonitor/calls/')
  for (const call of calls.slice(-100)) {
    const { body: { reportingNodeId } } = await ask(url, `GET ${call.url}`)
    t.equal((await ask(url, `GET /ovoc/v1/topology/devices/${reportingNodeId}`)).body.id, reportingNodeId)
  }
  t.ok(calls.length > 100)
})
