import t from 'tap'
import { tokenPath } from '../callers.ts'
import { build, sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'

t.test('credentials of an unknown scheme are neither told in the answer nor in the journal', async t => {
  const call = await build(t)
  for (const authorization of ['hush-raw', 'hush-first hush-second']) {
    const { status, text } = await call(path, { headers: { authorization } })
    t.equal(status, 401)
    t.match(text, 'got another scheme, or none')
  }
  t.notMatch((await call('/__admin/requests')).text, /hush/)
})

t.test('a form is blanked field by field', async t => {
  const call = await build(t)
  const text = 'grant_type=client_credentials&client_secret=hush,1 2&client%5Fassertion=hush-3&scope=shown'
  await call(tokenPath, { method: 'POST', text, headers: { 'content-type': 'Application/X-WWW-form-urlencoded' } })
  const { text: journal, body: { requests } } = await call('/__admin/requests')
  t.notMatch(journal, /hush|1 2/)
  t.same(requests[0].body, { grant_type: 'client_credentials', client_secret: '…', client_assertion: '…', scope: 'shown' })
})

t.test('headers and fields whose names tell of a key or token are blanked, numbers too, null not', async t => {
  const call = await build(t)
  await call(path, { method: 'PUT', body: { password: 12345, apiKey: 'hush-1', api_key: true, list: [{ pwd: ['hush-2'] }], secret: null, name: 'shown' }, headers: { 'x-auth-token': 'hush-3', 'x-api-key': 'hush-4', 'x-trace': 'shown' } })
  const { text, body: { requests: [entry] } } = await call('/__admin/requests')
  t.notMatch(text, /hush|12345/)
  t.same(entry.body, { password: '…', apiKey: '…', api_key: '…', list: [{ pwd: ['…'] }], secret: null, name: 'shown' })
  t.match(entry.headers, { 'x-auth-token': '…', 'x-api-key': '…', 'x-trace': 'shown' })
})

t.test('a body that cannot be read is withheld whole, and its size is shown', async t => {
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
  t.same(shown, sizes.map(size => `(withheld: ${size} bytes that cannot be read as JSON or a form)`))
})

t.test('a string that is the whole body is blanked', async t => {
  const call = await build(t)
  await call(path, { method: 'PUT', text: '"hush"', headers: { 'content-type': 'application/json' } })
  const { body: { requests } } = await call('/__admin/requests')
  t.match(requests, [{ status: 400, body: '…' }])
})

t.test('the credentials in a whole URL are told nowhere', async t => {
  const { url } = await start(t)
  for (const scheme of ['http', 'HTTP']) {
    const answer = await sendRaw(url, `GET ${scheme}://ann:hush@localhost/nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    t.match(answer, 'there is no \\"/nowhere\\" here')
  }
  const journal = await (await fetch(`${url}/__admin/requests`)).text()
  t.match(journal, '://…@localhost/nowhere')
  t.notMatch(journal, /hush/)
})
