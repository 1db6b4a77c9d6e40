import t from 'tap'
import { build, fixtureProblems, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'

t.test('an unknown customer is a 404 that names the id', async t => {
  const call = await build(t)
  const answer = await call('/ovoc/v1/topology/customers/123', { method: 'PUT' })
  t.equal(answer.status, 404)
  t.same(answer.body, { description: 'there is no customer with id 123' })
})

t.test('an id that is not a whole number from 1 to 2^53-1 is a 400 that names the value', async t => {
  const call = await build(t)
  for (const id of ['abc', '1.5', '1e3', '0x10', '+7', '007', '0', '-1', '9007199254740992', '99999999999999999999', '__proto__', 'constructor', 'x\u0007']) {
    const answer = await call(`/ovoc/v1/topology/customers/${encodeURIComponent(id)}`, { method: 'PUT' })
    t.equal(answer.status, 400, id)
    t.match(answer.body.description, 'the path is not valid: /id must be a whole number from 1 to 9007199254740991, got')
    t.ok(answer.body.description.endsWith(`got ${JSON.stringify(id)}`) || answer.body.description.endsWith(`got ${id}`), id)
  }
})

t.test('an id with a null byte or a broken percent sign is an error that names it', async t => {
  const call = await build(t)
  t.match((await call('/ovoc/v1/topology/customers/%00')).body.description, 'got "\\u0000"')
  t.match((await call('/ovoc/v1/topology/customers/%zz')).body.description, 'got "%zz"')
  t.match((await call('/api/ovoc/v1/topology/customers/%ff?x=%zz')).body.description, 'got "%ff"')
})

t.test('malformed JSON is a 400 that says what is wrong and where', async t => {
  const call = await build(t)
  const problems: Array<[string, string]> = [
    ['{"a":1,}', 'property name expected at line 1, column 8'],
    ['{\n"a":b}', 'invalid symbol at line 2, column 5'],
    ['{"a":', 'value expected at line 1, column 6'],
    ['{"a":"\n"}', 'unexpected end of string at line 1, column 6'],
    ['{} {}', 'end of file expected at line 1, column 4']
  ]
  for (const [text, problem] of problems) {
    const answer = await call(path, { method: 'PUT', text, headers: { 'content-type': 'application/json' } })
    t.equal(answer.status, 400)
    t.same(answer.body, { description: `the body is not JSON: ${problem}` })
  }
})

t.test('a JSON body that is not an object is a 400 that says what it is', async t => {
  const call = await build(t)
  for (const [text, kind] of [['null', 'null'], ['[]', 'a list'], ['5', '5'], ['"x"', 'a string'], ['true', 'true']]) {
    const answer = await call(path, { method: 'PUT', text: text as string, headers: { 'content-type': 'application/json' } })
    t.same([answer.status, answer.body], [400, { description: `the body must be a JSON object, got ${kind}` }])
  }
})

t.test('a byte order mark before the body is ignored', async t => {
  const call = await build(t)
  t.equal((await call(path, { method: 'PUT', text: '\uFEFF{}', headers: { 'content-type': 'application/json' } })).status, 200)
})

t.test('one 400 names every problem of a body by JSON pointer, with what was expected and found', async t => {
  const call = await build(t)
  const body = { name: 'a b', foo: 1, contacts: { email: 5, fax: 'x' }, services: { OC: { meteringTag: null }, SIP: {} }, logoId: -1, adGroupId: 'ABC', description: [], fullNam: 'x', 'a/b~c': 1 }
  const { status, body: { description } } = await call(path, { method: 'PUT', body })
  t.equal(status, 400)
  for (const problem of [
    '/name must be a name of 3 to 15 characters', 'got "a b"', '/foo is not a known field; known are',
    '/contacts/email must be a string or null, got 5', '/contacts/fax is not a known field', '/services/OC/meteringTag must be a string, got null',
    '/services/SIP is not a known field; known are LIVE_CX', '/logoId must be a whole number from 1 to 9007199254740991 or null, got -1',
    '/adGroupId must be a GUID in lower case', 'got "ABC"', '/description must be a string or null, got a list',
    '/fullNam is not a known field; did you mean "fullName"?', '/a~1b~0c is not a known field'
  ]) t.match(description, problem)
})

t.test('a missing field is an error that names it', async t => {
  const call = await build(t)
  t.match((await call(path, { method: 'PUT', body: { services: { OC: {} } } })).body.description, '/services/OC/meteringTag is missing')
})

t.test('__proto__ and constructor are unknown fields like any other', async t => {
  const call = await build(t)
  for (const text of ['{"__proto__":{"name":"Evil"}}', '{"constructor":{"prototype":{}}}', '{"contacts":{"__proto__":null}}']) {
    const answer = await call(path, { method: 'PUT', text, headers: { 'content-type': 'application/json' } })
    t.equal(answer.status, 400)
    t.match(answer.body.description, /(__proto__|constructor) is not a known field/)
  }
  t.equal(({} as { name?: string }).name, undefined)
})

t.test('a body with another Content-Type than JSON is a 415 that names the type', async t => {
  const call = await build(t)
  const form = await call(path, { method: 'PUT', text: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  t.same([form.status, form.body.description], [415, 'the body must be application/json, got "application/x-www-form-urlencoded"'])
  const untyped = await call(path, { method: 'PUT', text: '{}' })
  t.same([untyped.status, untyped.body.description], [415, 'the body must be application/json, got no Content-Type'])
})

t.test('a body with another charset or encoding is rejected', async t => {
  const call = await build(t)
  const refused = async (headers: Record<string, string>, text = '{"description":"x"}') => {
    const answer = await call(path, { method: 'PUT', text, headers: { 'content-type': 'application/json', ...headers } })
    return [answer.status, answer.body.description]
  }
  t.same(await refused({ 'content-type': 'application/json; charset=latin1' }), [415, 'the body must be in UTF-8, got charset "latin1"'])
  t.same(await refused({ 'content-encoding': 'gzip' }), [415, 'the body must not be encoded, got Content-Encoding "gzip"'])
  t.same(await refused({ 'content-type': 'foo' }), [415, 'the body must be application/json, got an invalid Content-Type'])
  t.equal((await refused({ 'content-type': 'Application/JSON; charset="UTF-8"' }))[0], 200)
  const { url } = await start(t)
  const binary = await fetch(`${url}${path}`, { method: 'PUT', body: Buffer.from([0x7B, 0xFF, 0x7D]), headers: { 'content-type': 'application/json' } })
  t.same([binary.status, await binary.json()], [400, { description: 'the body is not UTF-8' }])
})

t.test('a body for an operation without one is a 400 that says so, and the operation does nothing', async t => {
  const call = await build(t)
  for (const rule of ['/ovoc/v1/alarms/fwdRules/90311', '/ovoc/v1/swManager/files/90501']) {
    for (const [text, type] of [['{"x":1}', 'application/json'], ['{', 'application/json'], ['x', 'text/plain'], ['x', 'foo'], ['x'.repeat(1024 * 1024 + 1), 'text/plain']] as const) {
      const answer = await call(rule, { method: 'DELETE', text, headers: { 'content-type': type } })
      t.same([answer.status, answer.body], [400, { description: 'this request takes no body' }], text.slice(0, 20))
    }
    t.equal((await call(rule, { method: 'DELETE', text: '', headers: { 'content-type': 'application/json' } })).status, 200)
  }
})

t.test('an operation without a body accepts an empty object, because some clients send one', async t => {
  const call = await build(t)
  for (const text of ['{}', ' {\n} ']) {
    const headers = { 'content-type': 'application/json' }
    t.equal((await call('/ovoc/v1/topology/customers/85844', { method: 'GET', text, headers })).status, 200)
    t.equal((await call('/__admin/reset', { method: 'POST', text, headers })).status, 200)
  }
  t.equal((await call('/ovoc/v1/swManager/files/90501', { method: 'DELETE', text: '{}', headers: { 'content-type': 'application/json' } })).status, 200)
})

t.test('JSON that repeats a name in an object is rejected, also by the control API', async t => {
  const call = await build(t)
  const headers = { 'content-type': 'application/json' }
  const texts: Array<[string, string]> = [
    ['{"name":"a","name":"b"}', 'the name "name" is repeated at line 1, column 13'],
    ['{"contacts":{"email":"a@b.c",\n"email":"a@b.c"}}', 'the name "email" is repeated at line 2, column 1'],
    ['{"description":"{\\"a\\":1,\\"a\\":2}","logoId":1,"logo\\u0049d":1}', 'the name "logoId" is repeated at line 1, column 47']
  ]
  for (const [text, problem] of texts) {
    for (const [path, method] of [['/ovoc/v1/topology/customers/85844', 'PUT'], ['/__admin/records/customers/85844', 'PATCH']] as const) {
      const { status, body } = await call(path, { method, text, headers })
      t.same([status, body.description ?? body.detail], [400, `the body is ambiguous: ${problem}`])
    }
  }
  t.equal((await call(path, { method: 'PUT', text: '{"description":"{\\"a\\":1,\\"a\\":2}"}', headers })).status, 200)
})

t.test('a body over 1 MiB is a 413 that names the limit', async t => {
  const call = await build(t)
  const answer = await call(path, { method: 'PUT', body: { description: 'x'.repeat(1024 * 1024) } })
  t.same([answer.status, answer.body.description], [413, 'the body is larger than 1048576 bytes'])
})

t.test('a body with a thousand unknown fields or with long names gets one short 400', async t => {
  const call = await build(t)
  const keys = await call(path, { method: 'PUT', body: Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key${index}`, 1])) })
  t.equal(keys.status, 400)
  t.match(keys.body.description, /and 900 more$/)
  const long = await call(path, { method: 'PUT', body: { ['k'.repeat(5000)]: 1, logoId: 'v'.repeat(5000) } })
  t.ok(long.body.description.length < 1000)
  t.equal((await call(path)).body.description, 'Brad984')
})

t.test('a body with thousands of wrong items or references gets one short 400 that counts them', async t => {
  const call = await build(t)
  const send = (items: unknown[]) => call('/ovoc/v1/alarms/fwdRules/90311', { method: 'PUT', body: { alarmDevicesFilter: items } })
  for (const [item, count, problem] of [[0, 39_999, 'a whole number from 1 to 9007199254740991'], [5, 2000, 'the id of a device']] as const) {
    const { status, body: { description } } = await send(Array(count).fill(item))
    t.equal(status, 400)
    t.ok(description.startsWith(`the body is not valid: /alarmDevicesFilter/0 must be ${problem}, got ${item}; /alarmDevicesFilter/1 must`), description.slice(0, 200))
    t.ok(description.endsWith(`/alarmDevicesFilter/99 must be ${problem}, got ${item}; and ${count - 100} more`), description.slice(-200))
  }
  t.match(await send(Array(2001).fill(5)), { status: 400, body: { description: 'the body is not valid: must refer to at most 2000 records more than before, got 2001' } })
  t.match(await send(Array(50_000).fill('a,:')), { status: 400, body: { description: 'the body must hold at most 40000 fields and items, got 50000' } })
})

t.test('a wrong value is one problem, even if it breaks several keywords of its schema', async t => {
  const call = await build(t)
  const { body: { description } } = await call('/ovoc/v1/alarms/fwdRules/90311', { method: 'PUT', body: { ruleDestType: 5, tenantId: 1e300, forwardType: null } })
  t.equal(description, 'the body is not valid: /ruleDestType must be one of "SYSLOG", got 5; ' +
    '/tenantId must be a whole number from -1 to 9007199254740991 other than 0, got 1e+300; /forwardType must be one of "ALLOW", got null')
})

t.test('a path of 100 kB gets a 4xx response', async t => {
  const call = await build(t)
  t.equal((await call(`/ovoc/v1/topology/customers/${'9'.repeat(100_000)}`)).status, 400)
  t.equal((await call(`/ovoc/v1/${'x'.repeat(100_000)}`)).status, 404)
})

t.test('no text of a record may have control characters, unpaired surrogates or more than 65,536 characters', async t => {
  const call = await build(t)
  const path = '/ovoc/v1/topology/customers/85844'
  for (const [text, shown] of [['a\u0000b', 'a\\u0000b'], ['\u001b[31m', '\\u001b[31m'], ['\u007f', '\\u007f'], ['\u009b', '\\u009b'], ['\uffff', '\uffff'], ['\ud800', '\\ud800']]) {
    const rule = `must be a text without control characters and unpaired surrogates, got "${shown}"`
    const { status, body } = await call(path, { method: 'PUT', body: { description: text, contacts: { email: text } } })
    t.same([status, body.description], [400, `the body is not valid: /description ${rule}; /contacts/email ${rule}`])
    const patch = await call('/__admin/records/customers/85844', { method: 'PATCH', body: { fullName: text } })
    t.match(patch, { status: 400, body: { problems: [`/fullName ${rule}`] } })
    t.match(await fixtureProblems(t, { 'files.json': JSON.stringify([{ id: 1, name: text, description: null }]) }), [`files.json: record 1: /name ${rule}`])
  }
  const { status, body } = await call(path, { method: 'PUT', body: { description: 'x'.repeat(65_537) } })
  t.same([status, body.description], [400, 'the body is not valid: /description must be a text of at most 65536 characters, got 65537'])
  t.equal((await call(path, { method: 'PUT', body: { description: 'a\tb\r\nc 😀 עברית' } })).status, 200)
})
