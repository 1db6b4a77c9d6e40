import t from 'tap'
import { buildApp, connectOvocMock, startOvocMock } from '../../src/index.ts'
import { start } from '../harness.ts'
import { bothWays } from './ways.ts'

t.test('every error has a name and a code', async t => {
  await t.rejects(startOvocMock({ seed: -1 }), { name: 'OptionProblems', code: 'OVOC_MOCK_OPTIONS' })
  await t.rejects(buildApp({ fixtures: 'nowhere' }), { name: 'FixtureProblems', code: 'OVOC_MOCK_FIXTURES' })
  const https = { https: true, tlsCert: 'nowhere', tlsKey: 'nowhere' }
  await t.rejects(buildApp(https), { name: 'OptionProblems', code: 'OVOC_MOCK_OPTIONS' })
  const ovoc = await start(t)
  await t.rejects(startOvocMock({ port: Number(new URL(ovoc.url).port) }), { name: 'Error', code: 'EADDRINUSE' })
  await t.rejects(ovoc.customers.get(1), { name: 'OvocMockError', code: 'OVOC_MOCK_REFUSED' })
  await t.rejects(ovoc.requests.verify({ times: 7 }), { name: 'OvocMockError', code: 'OVOC_MOCK_REFUSED' })
  await ovoc.close()
  await t.rejects(ovoc.rules.list(), { name: 'ServerClosed', code: 'OVOC_MOCK_CLOSED' })
  const gone = connectOvocMock(ovoc.url).rules.list()
  await t.rejects(gone, { name: 'ServerUnreachable', code: 'OVOC_MOCK_UNREACHABLE' })
})

bothWays('a wrong call in plain JavaScript rejects with one sentence', async (t, ovoc) => {
  const { customers, rejectedEndpoints, records, rules, requests, clock, snapshots } = ovoc
  const calls: Array<[call: (given: never) => unknown, given: unknown, message: string]> = [
    [id => customers.get(id), undefined, 'the id must be a number, got undefined'],
    [id => customers.delete(id), '85844', 'the id must be a number, got "85844"'],
    [options => customers.delete(85844, options), { cascde: true }, 'a deletion has no option cascde, only cascade'],
    [options => customers.delete(85844, options), null, 'the options must be an object, got null'],
    [options => customers.clear(options), true, 'the options must be an object, got true'],
    [fields => customers.patch(85844, fields), undefined, 'the fields must be an object, got undefined'],
    [fields => customers.create(fields), 'x', 'the fields must be an object, got "x"'],
    [record => customers.put(record), undefined, 'the record must be an object, got undefined'],
    [id => rejectedEndpoints.put({ mac: '00908f000000', error: null }, id), undefined, 'the id must be a number, got undefined'],
    [sets => records.put(sets), [], 'the records must be an object, got a list'],
    [rule => rules.add(rule), 'outage', 'the rule must be an object such as { match, status } or { preset }, got "outage"'],
    [id => rules.get(id), undefined, 'the id must be a number, got undefined'],
    [id => rules.delete(id), null, 'the id must be a number, got null'],
    [id => requests.get(id), undefined, 'the id must be a number, got undefined'],
    [instant => clock.set(instant), 5, 'the instant must be a valid Date or a string, got 5'],
    [instant => clock.freeze(instant), new Date(NaN), 'the instant must be a valid Date or a string, got an object'],
    [name => snapshots.take(name), undefined, 'the name of a snapshot must be a string, got undefined'],
    [options => customers.delete(85844, options), { cascade: 'no' }, 'the option cascade must be true or false, got "no"'],
    [seconds => clock.advance(seconds), '5', 'the seconds must be a number, got "5"'],
    [name => ovoc.sandbox(name), null, 'the name of a sandbox must be a string, got null'],
    [port => ovoc.sandbox('x', { port }), '0', 'the option port must be a number, got "0"'],
    [filter => requests.list(filter), { match: {} }, 'the filter must have conditions without match around them, as in { operation, status }'],
    [match => requests.verify({ match } as never), {}, 'the expectation must have conditions without match around them, as in { operation, times }']
  ]
  for (const [call, given, message] of calls) {
    // A rejection, not an exception, so `catch` of the promise gets it.
    await t.rejects(call(given as never) as Promise<unknown>, { name: 'TypeError', code: 'OVOC_MOCK_WRONG_CALL', message }, message)
  }
})

bothWays('an argument too many rejects with one sentence that says which there are', async (t, ovoc) => {
  const { customers, rules, requests, clock } = ovoc
  const calls: Array<[call: (...given: never[]) => unknown, given: unknown[], message: string]> = [
    [requests.verify, [{ operation: 'getCustomer' }, { times: 1 }], 'verify accepts only the expectation { operation, times }, got 2 arguments'],
    [requests.wait, [{ operation: 'getCustomer' }, 200], 'wait accepts only the expectation { operation, times, timeout }, got 2 arguments'],
    [requests.list, [{}, 5], 'list accepts only the filter { operation, status }, got 2 arguments'],
    [customers.list, [{ status: 'ERROR' }], 'list accepts no arguments, got 1'],
    [customers.delete, [85844, {}, 1], 'delete accepts only the id and the options, got 3 arguments'],
    [rules.list, [1], 'list accepts no arguments, got 1'],
    [rules.add, [{ status: 503 }, { status: 500 }], 'add accepts only the rule, got 2 arguments'],
    [clock.freeze, ['2025-01-01T00:00:00Z', true], 'freeze accepts only the instant, got 2 arguments'],
    [ovoc.sandbox, ['a', {}, 1], 'sandbox accepts only the name of a sandbox and the options, got 3 arguments']
  ]
  for (const [call, given, message] of calls) {
    await t.rejects(call(...given as never[]) as Promise<unknown>, { name: 'TypeError', code: 'OVOC_MOCK_WRONG_CALL', message }, message)
  }
  const failed = await requests.verify({ operation: 'getCustomer', times: 99 }).catch(error => error)
  t.match(failed.stack, 'errors.test', 'the stack of an error leads to the caller')
  // Test runners pass arguments of their own to hooks.
  const hooks = [rules.clear, requests.clear, clock.release, ovoc.records.clear, ovoc.reset] as Array<(context: object) => Promise<void>>
  for (const hook of hooks) await hook({})
})
