import t from 'tap'
import { build } from '../harness.ts'

const oneEffect = 'it must hold one of status, headers, body, responses, delay, break, rateLimit, got'
const oneThing = 'it must do one thing besides a delay, got'
const status = 503
const refused: Array<[what: string, body: object, ...problems: string[]]> = [
  ['no effect', {}, `${oneEffect} none`],
  ['two effects', { status, delay: 1, break: 'cut' }, `${oneThing} status and break`],
  ['three', { responses: [500], rateLimit: { requests: 1, seconds: 1 }, break: 'cut' }, `${oneThing} responses and break and rateLimit`],
  ['an unknown field', { status, time: 1 }, '/time is not a known field; did you mean "times"?'],
  ['wrong values, all at once', { status: 99, times: 0, after: -1, probability: 1.5, headers: { a: 5 } },
    '/status must be a whole number from 200 to 599, got 99',
    '/headers/a must be a string or a list, got 5',
    '/times must be a whole number from 1 to 9007199254740991, got 0',
    '/after must be a whole number from 0 to 9007199254740991, got -1',
    '/probability must be a number from 0 to 1, got 1.5'],
  ['headers that could split a response, or are the server\'s own', { status, headers: { 'a b': 'x', 'X-A': 'a\r\nX-B: b', 'Set-Cookie': ['a', 'b\0'], 'Content-Length': '1', 'X-ü': '1', 'X-C': '\u20ac' } },
    '/headers/a b is not the name of a header',
    '/headers/X-A must have no line ends, other control characters or characters beyond Latin-1',
    '/headers/Set-Cookie must have no line ends, other control characters or characters beyond Latin-1',
    '/headers/Content-Length must be left to the server',
    '/headers/X-ü is not the name of a header',
    '/headers/X-C must have no line ends, other control characters or characters beyond Latin-1'],
  ['a header that would be the parent of all', { status, headers: JSON.parse('{"__proto__":["a","b"]}') }, '/headers/__proto__ is not the name of a header'],
  ['responses that are wrong', { responses: [] }, '/responses must be a list'],
  ['a response in turn that is wrong', { responses: [99, { state: 1 }] }, '/responses/0 must be a whole number from 200 to 599 or an object, got 99', '/responses/1/state is not a known field; did you mean "status"?'],
  ['a body in turn where there is none', { responses: [{ status: 304, body: '' }, { headers: { Connection: 'close' } }] }, '/responses/0/body must be left out where /responses/0/status is 304', '/responses/1/headers/Connection must be left to the server'],
  ['a body where there is none', { status: 204, body: {} }, '/body must be left out where /status is 204, which has no body'],
  ['a delay of another kind', { delay: 'long' }, '/delay must be a whole number from 0 to 3600000 or an object, got "long"'],
  ['a delay that is too long', { delay: 3_600_001 }, '/delay must be a whole number from 0 to 3600000 or an object, got 3600001'],
  ['an empty delay', { delay: {} }, '/delay/from is missing', '/delay/to is missing'],
  ['a delay with another field', { delay: { from: 1, till: 2 } }, '/delay/to is missing', '/delay/till is not a known field; known are from, to'],
  ['a delay that ends before it begins', { delay: { from: 2, to: 1 } }, '/delay/to must be 2, its from, or more, got 1'],
  ['an unknown break', { break: 'dns' }, '/break must be one of "reset", "empty", "cut", "malformed", got "dns"'],
  ['half a rate limit', { rateLimit: { requests: 1 } }, '/rateLimit/seconds is missing'],
  ['an unknown preset', { preset: 'slwo' }, '/preset must be one of "outage", "slow", "flaky", "rate-limited", got "slwo"'],
  ['a preset and more', { preset: 'slow', times: 1, match: {} }, '/match must be left out where there is /preset', '/times must be left out where there is /preset'],
  ['an unknown condition', { status, match: { operaton: 'x' } }, '/match/operaton is not a known field; did you mean "operation"?'],
  ['an unknown operation', { status, match: { operation: 'verifyCustomr' } }, '/match/operation must be an operation\'s id, got "verifyCustomr"; did you mean "verifyCustomer"?'],
  ['an unknown resource', { status, match: { resource: 'customer' } }, '/match/resource must be a resource, got "customer"; did you mean "customers"?'],
  ['another resource', { status, match: { operation: 'getCall', resource: 'customers' } }, '/match/resource must be "calls", the resource of getCall, got "customers"'],
  ['an unknown method', { status, match: { method: 'get' } }, '/match/method must be a method of HTTP, got "get"; did you mean "GET"?'],
  ['another method', { status, match: { operation: 'verifyCustomer', method: 'POST' } }, '/match/method must be one that verifyCustomer has, got "POST"; did you mean "PUT"?'],
  ['a path below another base path', { status, match: { path: '/api/ovoc/v1/topology/customers/5' } }, '/match/path must be as the server routes it, "/ovoc/v1/topology/customers/5", got "/api/ovoc/v1/topology/customers/5"'],
  ['a path with a query', { status, match: { path: '/ovoc/v1/topology/customers?detail=1' } }, '/match/path must be as the server routes it, "/ovoc/v1/topology/customers", got "/ovoc/v1/topology/customers?detail=1"'],
  ['a path with a slash at its end', { status, match: { path: '/ovoc/v1/topology/customers/' } }, '/match/path must be as the server routes it, "/ovoc/v1/topology/customers", got "/ovoc/v1/topology/customers/"'],
  ['the path of a sandbox', { status, match: { path: '/__sandbox/a/sites' } }, '/match/path must be as the server routes it, "/sites", got "/__sandbox/a/sites"'],
  ['a template', { status, match: { path: '/ovoc/v1/topology/customers/{id}' } }, '/match/path must have a value or * for each {…}, got "/ovoc/v1/topology/customers/{id}"'],
  ['a path without the base path', { status, match: { path: '/topology/sites' } }, '/match/path must begin with a base path, as "/ovoc/v1/topology/sites" does, or with *, got "/topology/sites"'],
  ['a path with half of the base path', { status, match: { path: '/v1/alarms/*' } }, '/match/path must begin with a base path, as "/ovoc/v1/alarms/*" does, or with *, got "/v1/alarms/*"'],
  ['a path of the simulator', { status, match: { path: '/__admin/requests' } }, '/match/path must not be a path of the simulator itself, which no rule applies to and no journal has, got "/__admin/requests"'],
  ['half a path', { status, match: { path: 'ovoc' } }, '/match/path must begin with / or *, got "ovoc"'],
  ['an unknown parameter', { status, match: { params: { ID: 1 } } }, '/match/params/ID is not a parameter of such a path; known are id'],
  ['a parameter of a path without', { status, match: { operation: 'listCalls', params: { id: 1 } } }, '/match/params/id is not a parameter of such a path; none are known here'],
  ['an unknown body field', { status, match: { resource: 'customers', body: { fullname: 'x' } } }, '/match/body/fullname is not a field of such a body; did you mean "fullName"?'],
  ['an unknown field in a field', { status, match: { operation: 'verifyCustomer', body: { contacts: { emial: '1' } } } }, '/match/body/contacts/emial is not a field of such a body; did you mean "email"?'],
  ['a field of a field that has none', { status, match: { operation: 'verifyCustomer', body: { description: { x: 1 } } } }, '/match/body/description/x is not a field of such a body; none are known here'],
  ['an unknown parameter of a query', { status, match: { operation: 'listDevices', query: { detial: '1' } } }, '/match/query/detial is not a parameter of listDevices; did you mean "detail"?'],
  ['a query where there is none', { status, match: { operation: 'getCustomer', query: { detail: '1' } } }, '/match/query/detail is not a parameter of getCustomer; none are known here'],
  ['several unknown names', { delay: 1, match: { operation: 'x', params: { no: 1 }, body: { contact: 1 } } },
    '/match/operation must be an operation\'s id, got "x"; known are listCustomers,', '/match/params/no is not', '/match/body/contact is not a field of such a body; did you mean "contacts"?']
]

t.test('a rule that makes no sense gets a 400 with the reason and is not added', async t => {
  const call = await build(t)
  for (const [what, body, ...problems] of refused) {
    const answer = await call('/__admin/rules', { method: 'POST', body })
    t.equal(answer.status, 400, what)
    t.same(answer.body.problems.map((problem: string, index: number) => problem.startsWith(problems[index] as string) ? problems[index] : problem), problems, what)
  }
  t.same((await call('/__admin/rules')).body, { rules: [] })
})

t.test('a match may have any path, and methods and query parameters that no operation has', async t => {
  const call = await build(t)
  const meant = [
    ...['*', '/', '/*/oauth2/v2.0/token', '/ovoc/v1/%20*', '/ovoc/v1/topologie/*', '/ovoc/v2/topology/sites', '*/topology/sites', '/login', '/docs*', '/ovoc/*'].map(path => ({ path })),
    ...['/ovoc/v1/topology/customers/8*4', '/ovoc/v1/topology/devices'].map(path => ({ operation: 'getCustomer', path })),
    { query: { detial: '1' } },
    { method: 'TRACE' },
    { operation: 'getCustomer', method: 'HEAD' }
  ]
  for (const match of meant) {
    t.equal((await call('/__admin/rules', { method: 'POST', body: { match, status: 500 } })).status, 201, JSON.stringify(match))
  }
})
