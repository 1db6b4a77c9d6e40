import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { coverage } from '../harness.ts'

const library = JSON.stringify(new URL('../../src/index.js', import.meta.url))

// The code runs in a separate process, because faked timers are faked for all tests of a process. `mock` also fakes the exports of
// node:timers.
const program = (beforeImport: string, afterImport: string) => `
  import { mock } from 'node:test'
  ${beforeImport}
  const { startOvocMock } = await import(${library})
  ${afterImport}
  const ovoc = await startOvocMock({ customers: 20, journalEntries: 10 })
  const sandbox = await ovoc.sandbox()
  await sandbox.customers.patch(85844, { status: 'WARNING' })
  await sandbox.rules.add({ delay: 50, times: 1 })
  const path = '/ovoc/v1/topology/customers'
  const statuses = [await fetch(sandbox.url + path), await fetch(sandbox.url + path + '?detail=1')].map(({ status }) => status)
  await sandbox.clock.advance(1)
  await sandbox.requests.verify({ operation: 'listCustomers', times: 2 })
  await sandbox.requests.wait({ operation: 'listCustomers', times: 2 })
  const late = await sandbox.requests.wait({ operation: 'getCustomer', timeout: 50 }).catch(({ message }) => message)
  await sandbox.reset()
  await ovoc.close()
  console.log(JSON.stringify({ statuses, late }))`

const run = (code: string) => {
  return promisify(execFile)(process.execPath, [...coverage, '--no-warnings', '--input-type=module', '--eval', code], { timeout: 20_000 })
}
const fakedDate = `
  const { startOvocMock } = await import(${library})
  const ovoc = await startOvocMock()
  const RealDate = Date
  globalThis.Date = class extends RealDate {
    constructor (...args) { super(...(args.length > 0 ? args : [RealDate.UTC(2020, 0, 1)])) }
    static now () { return RealDate.UTC(2020, 0, 1) }
  }
  const { headers } = await fetch(ovoc.url + '/ovoc/v1/topology/customers/85844')
  console.log(JSON.stringify([headers.get('date'), (await (await ovoc.sandbox('default')).clock.get()).now]))
  await ovoc.close()`

t.test('all calls of the handle settle, whatever timers or Date a test fakes', async t => {
  // The programs run side by side, because each takes a while to start.
  const programs = [program('', 'mock.timers.enable()'), program('mock.timers.enable()', ''), fakedDate]
  const [after, before, date] = await Promise.allSettled(programs.map(run))

  const said = (result: typeof after) => result?.status === 'fulfilled' ? JSON.parse(result.value.stdout) : result?.reason
  for (const result of [after, before]) {
    t.match(said(result), { statuses: [200, 200], late: /expected at least 1 request, got 0 within 50 milliseconds/ })
  }
  t.same(said(date), ['Wed, 01 Jan 2020 00:00:00 GMT', '2020-01-01T00:00:00.000Z'], 'the clock of a sandbox and the header Date follow a faked Date')
})
