import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { connect as connectSecurely } from 'node:tls'
import { promisify } from 'node:util'
import t from 'tap'
import { buildApp, connectOvocMock, startOvocMock } from '../src/index.ts'
import { becomes, sendRaw, spawnCli, start } from './harness.ts'

const request = 'PUT /ovoc/v1/topology/customers/85844 HTTP/1.1\r\nHost: ovoc\r\n'

t.test('two servers start side by side on separate ports', async t => {
  const [one, other] = [await start(t), await start(t)]
  t.not(one.url, other.url)
  for (const { url } of [one, other]) t.equal((await fetch(`${url}/ovoc/v1/topology/customers/85844`)).status, 200)
})

t.test('a server on an IPv6 address has a url that can be called', async t => {
  const { url } = await start(t, { host: '::1' })
  t.match(url, /^http:\/\/\[::1\]:\d+$/)
})

t.test('a server on localhost listens on 127.0.0.1 and ::1 and responds the same on both', async t => {
  const urls = [await start(t, { host: 'localhost' }), await start(t, { host: 'localhost', https: true })].map(({ url }) => url)
  t.match(urls, [/^http:\/\/localhost:\d+$/, /^https:\/\/localhost:\d+$/])
  for (const to of urls) {
    for (const name of ['[::1]', '127.0.0.1']) {
      const own = to.replace('localhost', name)
      t.match(await sendRaw(own, `${request}Expect: wonders\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 200 OK\r\n.*\r\nContent-Type: /s, own)
      t.match(await sendRaw(own, 'no HTTP\r\n\r\n'), /^HTTP\/1\.1 400 .*\{"description"/s, own)
    }
  }
})

t.test('if the port is taken on one address of localhost, the start frees the other', async t => {
  for (const [taken, other] of [['127.0.0.1', '[::1]'], ['::1', '127.0.0.1']] as const) {
    const port = Number(new URL((await start(t, { host: taken })).url).port)
    await t.rejects(startOvocMock({ host: 'localhost', port }), { code: 'EADDRINUSE' }, taken)
    await t.rejects(fetch(`http://${other}:${port}`), taken)
  }
})

t.test('log lines of the host program are written even if requests and the start are not logged', async t => {
  const code = `
    const { buildApp, startOvocMock } = await import(${JSON.stringify(new URL('../src/index.js', import.meta.url))})
    const mock = await startOvocMock({ logLevel: 'warn' })
    mock.app.log.warn('of a started server')
    mock.app.log.info('of no account')
    await mock.close()
    for (const logLevel of ['warn', 'silent']) (await buildApp({ logLevel })).log.warn('of one that is ' + logLevel)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code])
  t.match(stdout.trim().split('\n'), [/of a started server$/, /of one that is warn$/])
  t.notMatch(stdout, /of no account|silent|listening/i)
})

t.test('the last response of a closing server ends its connection', async t => {
  const ovoc = await start(t)
  const sandbox = await ovoc.sandbox('default')
  await sandbox.rules.add({ delay: 60_000 })
  const request = 'GET /ovoc/v1/topology/customers/85844 HTTP/1.1\r\nHost: x\r\n\r\n'
  const received = sendRaw(ovoc.url, request)
  await becomes(() => ovoc.app.sandboxes.default.journal.underWay === 1)
  await ovoc.close()
  t.match(await received, /^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n/)
})

t.test('options that are not an object are an error in one sentence', async t => {
  for (const options of [null, 5, 'x', []] as never[]) {
    const message = `the options must be an object, got ${Array.isArray(options) ? 'a list' : JSON.stringify(options)}`
    await t.rejects(startOvocMock(options), { name: 'OptionProblems', message })
    await t.rejects(buildApp(options), { name: 'OptionProblems', message })
  }
  t.throws(() => connectOvocMock('http://127.0.0.1:1', null as never), { name: 'TypeError', message: 'the options must be an object, got null' })
})

t.test('a failure of the simulator itself is printed, whatever was thrown', async t => {
  const code = `
    const { buildApp } = await import(${JSON.stringify(new URL('../src/index.js', import.meta.url))})
    const { runInNewContext } = await import('node:vm')
    const thrown = [new TypeError('of here'), runInNewContext('new RangeError("of elsewhere")'), 'a text', { code: 5 }]
    const app = await buildApp()
    app.sandboxes.default.rules.decide = () => { throw thrown.shift() }
    app.sandboxes.default.rules.add({ delay: 1 })
    for (let left = thrown.length; left > 0; left--) console.log((await app.inject('/ovoc/v1/topology/customers')).body)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code])
  const body = '{"description":"the simulator failed on this request; its log says why"}'
  t.match(stdout.split(body).map(text => text.trim()), [/ TypeError: of here\n {4}at /, / RangeError: of elsewhere\n {4}at /, / 'a text'$/, / { code: 5 }$/, ''])
})

t.test('await using closes the server', async t => {
  const mock = await startOvocMock()
  await mock[Symbol.asyncDispose]()
  await t.rejects(fetch(mock.url))
})

t.test('the error for wrong options says what was expected', async t => {
  await t.rejects(startOvocMock({ port: -1, customers: 1.5 }), { name: 'OptionProblems', message: 'option port must be a whole number from 0 to 65535, got -1\noption customers must be a whole number from 0 to 10000000, got 1.5' })
  await t.rejects(buildApp({ host: '' }), { message: 'option host must be a string that is not empty, got ""' })
  await t.rejects(buildApp({ sed: 1 } as object), { message: 'option sed is not a known field; did you mean "seed"?' })
})

t.test('on SIGTERM the server responds to requests under way, closes idle connections and exits with 0', async t => {
  const program = spawnCli(t, ['--port', '0'])
  const { hostname, port } = new URL((await program.line()).replace('ovoc-mock listens on ', ''))
  const idle = connect(Number(port), hostname)
  idle.write(`${request}\r\n`)
  await once(idle, 'data')
  const inFlight = connect(Number(port), hostname)
  inFlight.write(`${request}Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n{`)
  await once(inFlight, 'data')
  program.child.kill('SIGTERM')
  await once(idle, 'end')
  inFlight.write('}')
  const [answer] = await once(inFlight, 'data')
  t.match(String(answer), /^HTTP\/1.1 200 OK/)
  await program.exited
  t.equal(program.code, 0)
})

t.test('a client that stops in the middle of a request does not delay the close, even in a test with fake timers', async t => {
  const mock = await startOvocMock()
  t.intercept(globalThis, 'setTimeout', { value: () => ({}) })
  const { hostname, port } = new URL(mock.url)
  const socket = connect(Number(port), hostname, () => socket.write(`${request}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{`))
  t.match(String((await once(socket, 'data'))[0]), 'HTTP/1.1 100 Continue')
  socket.on('data', chunk => t.fail(String(chunk)))
  await Promise.all([once(socket, 'close'), mock.close()])
})

t.test('clients that stop reading or reconnect do not delay the close', async t => {
  const mock = await startOvocMock({ customers: 3000 })
  const [{ hostname, port }, sockets] = [new URL(mock.url), [] as Socket[]]
  t.teardown(() => { for (const socket of sockets) socket.destroy() })
  const come = (bytes: string) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes)).on('error', () => {})
    sockets.push(socket)
    return socket
  }
  const slow = come('GET /ovoc/v1/topology/lcCustomers?detail=1 HTTP/1.1\r\nHost: ovoc\r\n\r\n'.repeat(3))
  await once(slow, 'readable')
  // Wait until the system accepts no more for the reader.
  await setTimeout(500)
  const again = setInterval(() => come(request), 1)
  await mock.close()
  clearInterval(again)
  await t.rejects(fetch(mock.url))
})

t.test('a request that is being sent when the server closes gets its response', async t => {
  for (const address of ['127.0.0.1', '::1']) {
    const mock = await startOvocMock({ host: 'localhost' })
    const socket = connect(Number(new URL(mock.url).port), address)
    let received = ''
    socket.on('data', chunk => { received += chunk })
    socket.write(`${request}Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n{`)
    await once(socket, 'data')
    const closed = mock.close()
    socket.write('}')
    await Promise.all([once(socket, 'close'), closed])
    t.match(received, /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n/, address)
  }
})

t.test('a response that is being read when the server closes is sent to its end', async t => {
  for (const https of [false, true]) {
    const mock = await startOvocMock({ customers: 3000, https })
    const { port } = new URL(mock.url)
    const socket = !https ? connect(Number(port), '127.0.0.1') : connectSecurely({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false })
    // The response is larger than the system accepts before anybody reads.
    socket.write('GET /ovoc/v1/topology/lcCustomers?detail=1 HTTP/1.1\r\nHost: ovoc\r\n\r\n')
    const received: Buffer[] = []
    socket.on('data', chunk => received.push(chunk))
    await once(socket, 'data')
    socket.pause()
    await setTimeout(500)
    const closed = mock.close()
    socket.resume()
    await Promise.all([closed, once(socket, 'end')])
    // Sizes and chunks alternate; the records have no line breaks.
    const [, chunks = ''] = Buffer.concat(received).toString().split(/\r\n\r\n(.*)/s)
    const text = chunks.split('\r\n').filter((_, index) => index % 2 === 1).join('')
    t.ok(JSON.parse(text).lcCustomers.length > 3000)
  }
})
