import t from 'tap'
import { basic, tokenForm, tokenPath } from '../callers.ts'
import { build, sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'

t.test('credentials of an unknown scheme are shown neither in the response nor in the journal', async t => {
  const call = await build(t)
  for (const authorization of ['hush-raw', 'hush-first hush-second']) {
    const { status, text } = await call(path, { headers: { authorization } })
    t.equal(status, 401)
    t.match(text, 'got another scheme, or none')
  }
  t.notMatch((await call('/__admin/requests')).text, /hush/)
})

t.test('the journal blanks a form field by field', async t => {
  const call = await build(t)
  const text = 'grant_type=client_credentials&client_secret=hush,1 2&client%5Fassertion=hush-3&scope=shown'
  await call(tokenPath, { method: 'POST', text, headers: { 'content-type': 'Application/X-WWW-form-urlencoded' } })
  const { text: journal, body: { requests } } = await call('/__admin/requests')
  t.notMatch(journal, /hush|1 2/)
  t.same(requests[0].body, { grant_type: 'client_credentials', client_secret: '…', client_assertion: '…', scope: 'shown' })
})

t.test('headers and fields with the name of a secret are blanked, including numbers but not null', async t => {
  const call = await build(t)
  await call(path, { method: 'PUT', body: { password: 12345, apiKey: 'hush-1', api_key: true, list: [{ pwd: ['hush-2'] }], secret: null, name: 'shown' }, headers: { 'x-auth-token': 'hush-3', 'x-api-key': 'hush-4', 'x-trace': 'shown' } })
  const { text, body: { requests: [entry] } } = await call('/__admin/requests')
  t.notMatch(text, /hush|12345/)
  t.same(entry.body, { password: '…', apiKey: '…', api_key: '…', list: [{ pwd: ['…'] }], secret: null, name: 'shown' })
  t.match(entry.headers, { 'x-auth-token': '…', 'x-api-key': '…', 'x-trace': 'shown' })
})

t.test('an unreadable body with a secret is withheld completely, and its size is shown', async t => {
  const call = await build(t)
  const put = { method: 'PUT', headers: { 'content-type': 'application/json' } }
  const rows = [
    { ...put, path, text: '{"pass\\u0077ord":"hush"' },
    { ...put, path, text: "{password: 'hush', name: shown" },
    { ...put, path, text: '{"password": "hüsh"' },
    { method: 'POST', headers: { 'content-type': 'text/plain' }, path: tokenPath, text: 'client_secret=hush' }
  ]
  for (const { path, ...request } of rows) t.equal((await call(path, request)).status, 400, request.text)
  const { text: journal, body: { requests } } = await call('/__admin/requests')
  t.notMatch(journal, /hush|hüsh/)
  const sizes = rows.map(({ text }) => Buffer.byteLength(text))
  const shown = requests.map(({ body }: { body: unknown }) => body)
  const why = (index: number) => index === 3 ? 'are not a form' : 'cannot be read as JSON or a form'
  t.same(shown, sizes.map((size, index) => `(withheld: ${size} bytes that ${why(index)})`))
})

t.test('a body that is a single string is blanked', async t => {
  const call = await build(t)
  await call(path, { method: 'PUT', text: '"hush"', headers: { 'content-type': 'application/json' } })
  const { body: { requests } } = await call('/__admin/requests')
  t.match(requests, [{ status: 400, body: '…' }])
})

t.test('the credentials in an absolute URL are never shown', async t => {
  const { url } = await start(t)
  for (const scheme of ['http', 'HTTP']) {
    const answer = await sendRaw(url, `GET ${scheme}://ann:hush@localhost/nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    t.match(answer, 'there is no \\"/nowhere\\" here')
  }
  await sendRaw(url, 'GET ftp://ann:hush@localhost/nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  const journal = await (await fetch(`${url}/__admin/requests`)).text()
  t.match(journal, '://…@localhost/nowhere')
  t.notMatch(journal, /hush/)
})

t.test('the journal shows the beginning of an unreadable body without a secret, and does not read a long body', async t => {
  const call = await build(t)
  const put = { method: 'PUT', headers: { 'content-type': 'application/json' } }
  await call(path, { ...put, text: '{"name": "Brad' })
  await call(path, { ...put, text: `<name>${'x'.repeat(5000)}</name>` })
  await call(path, { ...put, body: { description: 'x'.repeat(70_000) } })
  const { body: { requests } } = await call('/__admin/requests')
  const shown = requests.map(({ body }: { body: unknown }) => body)
  t.same(shown, ['{"name": "Brad', `<name>${'x'.repeat(994)}…`, '(withheld: 70018 bytes, more than are read of a body)'])
})

t.test('the journal shows a body that its operation does not accept', async t => {
  const call = await build(t)
  const send = (method: string, path: string, text: string, headers: Record<string, string> = {}) =>
    call(path, { method, text, headers: { 'content-type': 'application/json', ...headers } })
  const answers = [
    await send('PUT', path, '{"description":"x"}', { 'content-type': 'application/json; charset=latin1' }),
    await send('PUT', path, '{"description":"x"}', { 'content-encoding': 'gzip' }),
    await send('DELETE', '/ovoc/v1/alarms/fwdRules/90311', '{"description":"x","password":"hush"}')
  ]
  t.same(answers.map(({ status }) => status), [415, 415, 400])
  const { body: { requests } } = await call('/__admin/requests')
  const shown = requests.map(({ body }: { body: unknown }) => body)
  t.same(shown, [{ description: 'x' }, { description: 'x' }, { description: 'x', password: '…' }])
})

t.test('a secret is blanked in every place where a caller can put it', async t => {
  const call = await build(t)
  const hidden = (text: string) => t.notMatch(text, /hush/i)
  const put = { method: 'PUT', headers: { 'content-type': 'application/json' } }
  const decoded = (name: string) => name.replace('%5F', '_')
  for (const name of [
    'x-auth', 'x-auth-key', 'x-functions-key', 'ocp-apim-subscription-key', 'x-access-key', 'x-signature', 'x-jwt',
    'x-csrf', 'x-xsrf-token', 'x-client-cert', 'x-pass', 'x-api-key', 'private-token', 'x-session-id', 'cookie'
  ]) await call(path, { headers: { [name]: 'hush' } })
  for (const name of ['referer', 'x-forwarded-uri', 'x-original-url', 'origin']) {
    await call(path, { headers: { [name]: 'http://ann:hush@app/cb?a=1&access_token=hush&b=2' } })
  }
  for (const name of ['pass', 'auth', 'key', 'sig', 'signature', 'code', 'jwt', 'pin', 'assertion', 'private_key', 'privateKey', 'access_key', 'subscription-key', 'otp', 'client%5Fsecret', '%zz-password']) {
    await call(`${path}?${name}=hush`)
    await call(`${path}?${name}='hush;token=hush'&token='hush`)
    await call(`/ovoc/v1/topology/channels;${name}=hush?a=1;${name}=hush`)
    await call(`/ovoc/v1/topology/channels?filter=(${name}='hush')`)
    await call(`/ovoc/v1/topology/channels?filter=(${name}=%27hush%27)`)
    await call(path, { ...put, body: { [decoded(name)]: 'hush', list: [{ key: decoded(name), value: 'hush' }, { name: decoded(name), value: { deep: 'hush' } }] } })
    await call(path, { ...put, body: { text: `{"${decoded(name)}":"hush"}`, url: `https://x/?${name}=hush` } })
  }
  for (const [type, text] of [
    ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\nhush\r\n--x--'],
    ['application/xml', '<a>hush</a>'], ['application/json', '["hush"]'], ['application/json', '{"client":"hush"}'],
    ['application/x-www-form-urlencoded', 'hush'], ['application/x-www-form-urlencoded', 'assertion=hush&code=hush&code_verifier=hush&a=hush']
  ] as const) await call(tokenPath, { method: 'POST', text, headers: { 'content-type': type } })
  for (const query of [
    'x={%22password%22:%22hush%22}', 'x={%22password%22%3A%22a%5C%22hush%22}', 'password=a;hush', 'password=a%23hush', "password='a'hush", 'password="a"hush',
    'name=password&value=hush', 'value=hush&name=password', 'u=http://me:hush@host/', 'u=http%3A%2F%2Fme:hush%40host/', `${'x'.repeat(300)}password=hush`, 'key=apiKey&a=1&value=hush', 'value=1&name=user&password=hush', 'pass\u061Cword=hush', 'pass%E2%80%8Bword=hush',
    '%EF%BD%90assword=hush', 'userpass=hush', 'psk=hush', 'passkey=hush', 'PHPSESSID=hush', 'connect.sid=hush', 'encryption-key=hush'
  ]) {
    await call(`${path}?${encodeURI(query).replaceAll('%25', '%')}`)
    await call(path, { ...put, body: { text: query.includes('%') ? decodeURIComponent(query) : query } })
  }
  for (const text of ['Bearer 1hush', 'note: basic YTpodXNo1hush=', 'password: hush', 'the token is "a"; Password : "hush"', '\\"secret\\":\\"hush\\"']) {
    await call(path, { headers: { 'x-note': text } })
    await call(path, { ...put, body: { text } })
    await call(path, { ...put, text: JSON.stringify(text) })
  }
  await call(path, { ...put, text: JSON.stringify('{"password":"hush"}') })
  await call(tokenPath, tokenForm({ client_secret: 'x' }))
  const form = 'grant_type=client_credentials&client_secret=a&hushpassword&token_hush=1'
  await call(tokenPath, { method: 'POST', text: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  hidden((await call('/__admin/requests?limit=1000')).text)
  t.match((await call('/__admin/requests?limit=1')).text, 'client_secret')
  t.match((await call(`${path}?__code=404`)).status, 404)
  t.match((await call('/__admin/requests?limit=1')).text, '__code=404')
})

t.test('a pattern does not match part of a secret', async t => {
  const call = await build(t)
  const authorization = basic('acladmin', 'pass_1234').authorization
  await call(`${path}?access_token=hush`, { headers: { authorization, cookie: 'a=hush', referer: 'http://x/?token=hush' } })
  const found = async (match: object) => (await call('/__admin/requests/verify', { method: 'POST', body: { match } })).status === 200
  for (const [name, part] of [['authorization', 'Basic *'], ['cookie', '*hush*'], ['referer', '*hush'], ['cookie', 'a*']] as const) {
    t.notOk(await found({ headers: { [name]: part } }), name)
    t.ok(await found({ headers: { [name]: '*' } }))
  }
  t.notOk(await found({ query: { access_token: 'h*' } }))
  await call(`${path}?value=hush&name=password`)
  await call(path, { method: 'PUT', body: { list: { name: 'password', value: 'hush' } } })
  t.notOk(await found({ query: { value: 'h*' } }))
  t.ok(await found({ query: { value: 'hush', name: 'pass*' } }))
  await call(path, { method: 'PUT', body: { 'token=a': 'hush', password: { deep: 'hush' } } })
  for (const match of [{ query: { value: 'x', name: 'password' } }, { method: 'PUT', body: { list: { value: 'x' } } }, { path, body: { 'token=a': 'x', password: { deep: 'x' } } }]) {
    t.notMatch((await call('/__admin/requests/verify', { method: 'POST', body: { match } })).text, /hush/)
  }
  t.ok(await found({ headers: { authorization } }), 'a caller who knows the whole secret can match it')
  await call('/__admin/rules', { method: 'POST', body: { status: 500, match: { headers: { authorization: 'Basic *' } } } })
  t.equal((await call(path, { headers: { authorization } })).status, 200)
})

t.test('texts that are hard to search for secrets are blanked like all others', async t => {
  const call = await build(t)
  const escaped = '%5Cabc'.repeat(60)
  const shown = async () => (await call('/__admin/requests?limit=1')).body.requests[0]
  for (const value of [`%22${escaped}%22`, `%22${escaped}`, `%22hush%5C%22%5C${escaped}`]) {
    await call(`${path}?token=${value}&a=b`)
    t.equal((await shown()).url, `${path}?token=…&a=b`)
  }
  const put = async (text: string) => {
    await call(path, { method: 'PUT', headers: { 'x-form': text }, body: { text } })
    const { headers, body } = await shown()
    return [headers['x-form'], body.text]
  }
  t.same(await put(`${'%ff=%&'.repeat(998)}token=hush&b=1`), [`${'%ff=%&'.repeat(998)}token=…&b=1`, '…'])
  t.same(await put(`${'%ff=%&'.repeat(1000)}token=hush`), ['…', '…'], 'more than 1000 parameters')
})

t.test('a secret is hidden however its name, its text or its pair is written', async t => {
  const call = await build(t)
  const wide = (text: string) => Array.from(text, letter => /[!-~]/.test(letter) ? String.fromCharCode(letter.charCodeAt(0) + 0xFEE0) : letter).join('')
  const spaced = (text: string, before: number, after: number) => Array.from(text, letter => '\0'.repeat(before) + letter + '\0'.repeat(after)).join('')
  const wrapped = (value: unknown, times: number): string => times === 0 ? JSON.stringify(value) : JSON.stringify({ a: wrapped(value, times - 1) })
  const escaped = (text: string, times: number): string => times === 0 ? text : escaped(encodeURIComponent(text), times - 1)
  const json = '{"password":"hush"}'
  const bodies = [
    // Unreadable bodies
    spaced(json, 0, 1), spaced(json, 1, 0), spaced(json, 0, 3), spaced('password=hush', 0, 1), '\u0001p\u007f{"a":"hush"}', `<${wide('password')}>hush</${wide('password')}>`, `--b\r\nContent-Disposition: form-data; name="${wide('password')}"\r\n\r\nhush`,
    '<pa\u017f\u017fword>hush</x>', '<pass\u034fword>hush</x>', '<a n="p&#x61;ssword" v="hush"/>', '<a n="p&#97;ssword" v="hush"/>', '<a n="sec&shy;ret" v="hush"/>', '--b\r\nContent-Disposition: form-data; name="p=61ssword"\r\n\r\nhush', '--b\r\nContent-Disposition: form-data; name="sec=\r\nret"\r\n\r\nhush',
    "{'p\\x61ssword':'hush'", "{'p\\141ssword':'hush'", '{p\\u{61}ssword:"hush"', '<p%2561ssword>hush', 'Token 1hush', 'http://ann:hush@host', '-----BEGIN A-----\nhush', '\u00100hush', 'eyJhush1234.e30.x',
    // Texts in JSON
    ...['{"p\\u0061ssword":"hush"}', wrapped({ password: 'a&hush' }, 1), wrapped({ password: 'a&hush' }, 2), wrapped(json, 3), '{"password":["a&b","hush"]}', JSON.stringify({ password: { x: 'a', y: 'hush' } }, null, 2), JSON.stringify({ password: ['a', 'hush'] }, null, 2),
      'password="a", "hush"', "password='a\nhush'", '["password","hush"]', '<password>hush</password>', '<a name="password" value="hush"/>', '-----BEGIN PRIVATE KEY-----\nhush\n', 'password:\n  hush', escaped(json, 1), escaped(json, 2), '{"password":"a&hush', 'password\thush', 'a\u0000=hush', escaped(json, 9),
      '{"name":"password","value":"hush"}', 'pin:hush', 'oauth: hush', 'eyJ0eXAiOiJKV1Q.hush.x', 'Token 1hush', '=?utf-8?q?p=61ssword?= hush', '{"myKey":"hush"}', '//ann:hush@host'].map(text => ({ text })),
    // Pairs, and names
    { Name: 'password', Value: 'hush' }, { key: 'password', val: 'hush' }, { field: 'value', value: 'hush', name: 'password' }, { field: 'password', value: { a: ['hush'] } }, { op: 'replace', path: '/password', value: 'hush' }, ['password', 'hush'], { list: ['hush', 'password'] }, { code: 'Client secret', other: 'hush' }, { label: ' The new Password: ', value: 'hush' },
    { name: ['a', 'password'], value: 'hush' }, { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, name: 'password', value: 'hush' }, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'password', 'hush'], { name: 'password', value: 'password-hush' }, { pass2: 'hush' }, { oauth: 'hush' }, { xauth: 'hush' }, { authorization2: 'hush' }, { apiKey1: 'hush' }, { [wide('pwd')]: 'hush' }, { p\u0061ssword: 'hush' }, { [escaped('p%61ssword', 9)]: 'hush' }
  ]
  const urls = [
    'p%2561ssword=hush', ...[1, 2, 3].flatMap(times => ['http://x/?password=hush', 'http://u:hush@x/', json, '{"password":["a","hush"]}', JSON.stringify({ password: { x: 'a', y: 'hush' } }, null, 2)].map(text => `next=${escaped(text, times)}`)),
    'Name=password&Value=hush', 'name=password&name=b&value=hush', 'field=client_secret&v=hush', 'password=%22a%22,%22hush%22', 'password=a%0Ahush', 'a=1;password=hush', `x=${escaped('{"password":{"a":"b&c","v":"hush"}}', 1)}`, 'a=1#access_token=hush', 'a%23password=hush', 'password:hush'
  ].map(query => `${path}?${query}`)
  const paths = ['/ovoc/v1/password:hush/x', '/ovoc/v1/password=a%0Ahush', '/ovoc/v1/p%2561ssword=a/hush', '/ovoc/v1/x/http://u:hush@x']
  const headers = [['x-data', '{"p\\u0061ssword": "hush"}'], ['x-data', '{"password": ["a", "hush"]}'], ['x-orig', 'Token 1hush'], ['x-orig', 'ApiKey 1hush'], ['x-orig', 'Bearer\t1hush'], ['x-authorization1', 'hush'], ['xauth', 'hush'], ['referer', 'http://x/#access_token=hush'], ['referer', 'http://password=hush/x'], ['referer', '//password:hush'], ['x-to', 'token://hush'], ['prefer', 'code="password=hush"']]

  const leaks = async (sent: Parameters<typeof call>[1], url = path) => {
    await call(url, sent)
    const { text } = await call('/__admin/requests?limit=1')
    t.notMatch(text.replaceAll('\\u0000', ''), 'hush', `${url} ${JSON.stringify(sent)}`)
  }
  for (const body of bodies) {
    if (typeof body === 'string') await leaks({ method: 'PUT', text: body, headers: { 'content-type': 'text/plain' } })
    else await leaks({ method: 'PUT', body })
  }
  for (const url of [...urls, ...paths]) await leaks({}, url)
  for (const [name, value] of headers) await leaks({ headers: { [name as string]: value as string } })
})

t.test('texts without a secret are shown, and what stands beside a secret in a URL', async t => {
  const call = await build(t)
  const shown = async () => (await call('/__admin/requests?limit=1')).body.requests[0]
  const body = {
    description: 'The password was changed',
    name: 'HarbourAuth',
    fullName: 'Token Ltd of London, GB',
    zip: 'a=12&b=%41 "x": C:\\temp\\new, 100%',
    auth_test: null,
    list: ['a&b', '=0A', 'ünïcode = \u00bd \ufdfa <b>', 'basic set: none', 'x\ty'],
    url: 'https://host/a?b=1;c=2#d',
    token_type: 'x',
    expires: 3599
  }
  await call(path, { method: 'PUT', body, headers: { 'x-note': 'Bearer of news', referer: 'http://ann:hush@app:80/a?b=1&token=hush&c=2#d', origin: 'http://auth.host:80', 'x-form': 'a=1&pin=2', 'x-list': 'authorization, token' } })
  const entry = await shown()
  t.same(entry.body, { ...body, token_type: '…' })
  t.match(entry.headers, { 'x-note': 'Bearer of news', referer: 'http://…@app:80/a?b=1&token=…&c=2#d', 'x-form': 'a=1&pin=…', 'x-list': 'authorization, token' })
  await call(`${path}?name=password&value=hush&b&filter=(a='b')`)
  t.equal((await shown()).url, `${path}?name=password&value=…&…&filter=(a=%27b%27)`)
  await call(`${path}?sort=x&filter=(a b='c' and password='hush')&b`)
  t.equal((await shown()).url, `${path}?sort=x&filter=…&b`)
  await call(`${path}/password=hush?b=1`)
  t.equal((await shown()).url, '…?b=1')
  await call(path, { method: 'PUT', text: 'a = "b": 100 % <x>', headers: { 'content-type': 'text/plain' } })
  t.equal((await shown()).body, 'a = "b": 100 % <x>')
})

t.test('a message is shown but for what it quotes of a secret', async t => {
  const call = await build(t)
  const reason = async (url: string, sent = {}) => {
    await call(url, sent)
    return (await call('/__admin/requests?limit=1')).body.requests[0].reason
  }
  t.equal(await reason(path, { method: 'PUT', body: { password: 'x', passwor: 1 } }), (await call(path, { method: 'PUT', body: { password: 'x', passwor: 1 } })).body.description)
  t.match(await reason(path, { method: 'PUT', body: { description: 5, 'token=hush': 1 } }), /^…$/)
  t.match(await reason(path, { headers: { prefer: 'code="password=hush"' } }), /code.*got "…"/)
  t.match(await reason(tokenPath, tokenForm({ client_secret: undefined })), "the form must have the parameter 'client_secret'")
})

t.test('ordinary names and words beside other values are shown', async t => {
  const call = await build(t)
  const shown = async () => (await call('/__admin/requests?limit=1')).body.requests[0]
  await call('/ovoc/v1/topology/customers?x=1&page=key&filter=(name=\'HarbourAuth\')')
  t.match(await shown(), { url: /x=1&page=key&filter=\(name=%27HarbourAuth%27\)$/ })
  await call('/ovoc/v1/topology/customers')
  t.notMatch(JSON.stringify((await shown()).response.body), '…')
  for (const body of [
    { id: 1, name: 'HarbourAuth' }, { name: 'HarbourAuth', description: 'main' }, { id: 5, name: 'password' },
    { id: 5, url: '/x', status: 'OK', name: 'Key' },
    { countryCode: 1, statusCode: 'x', sortKey: 'a', a: 'postal code: 1234', b: 'key accounts -- new', c: 'Session border controller: main' },
    { a: "(name='Key')", b: "(name='Session1')", c: 'name=PassAG', d: 'name: Key' }
  ]) {
    await call(path, { method: 'PUT', body })
    t.same((await shown()).body, body)
  }
  for (const body of [
    { keys: ['hush'] }, { codes: 'hush' }, { pins: ['hush'] }, { pincode: 'hush' }, { PINCode: 'hush' }, { keyPem: 'hush' },
    { snmpCommunity: 'hush' }, { k: 'password', v: 'hush', a: 1, b: 2, c: 3, d: 4 }, { a: "(password='hush')" },
    { label: 'New PIN', other: 'hush' }, { a: 'subscription-key', newValue: 'hush', c: 1 }
  ]) {
    await call(path, { method: 'PUT', body })
    t.notMatch(JSON.stringify((await shown()).body), 'hush', JSON.stringify(body))
  }
  await call('/__admin/rules', { method: 'POST', body: { status: 500, match: { query: { filter: "(name='*')" } } } })
  t.equal((await call("/ovoc/v1/topology/customers?filter=(name='HarbourAuth')")).status, 500)
  t.equal((await call("/ovoc/v1/topology/customers?filter=(password='HarbourAuth')")).status === 500, false)
})

t.test('the descriptions of errors and the challenges of credentials are shown', async t => {
  const call = await build(t)
  const shown = async () => (await call('/__admin/requests?limit=1')).body.requests[0].response
  for (const [url, sent] of [
    [path, { method: 'PUT', body: { code: 1 } }], [path, { method: 'PUT', body: { Auth: 'x' } }],
    [path, { headers: { authorization: 'hush' } }], [tokenPath, tokenForm({ client_secret: 'x' })],
    [tokenPath, tokenForm({ client_secret: undefined })]
  ] as const) {
    const { status, body } = await call(url, sent)
    t.ok(status >= 400)
    const response = await shown()
    t.equal(response.body.description, body.description)
    t.equal(response.body.error_description, body.error_description)
    t.equal(response.body.error_uri, body.error_uri)
    t.notMatch(JSON.stringify(response.headers['www-authenticate'] ?? ''), '…')
  }
  await call(path, { method: 'PUT', body: { 'token=hush': 1 } })
  t.notMatch(JSON.stringify(await shown()), 'hush')
})
