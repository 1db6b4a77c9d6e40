import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { run, spawnCli, start } from './harness.ts'

t.test('--help lists every command and option, --version the version', async t => {
  const help = await run(t, ['--help'])
  for (const word of ['serve', 'generate <resource>', 'customers, channels, services, devices, calls, fwdRules, files, rejectedEndpoints', 'health', 'openapi', '--host', '--unknown-ids', '--log-level', 'OVOC_MOCK_UNKNOWN_IDS']) t.match(help.stdout, word)
  t.equal((await run(t, ['-h'])).stdout, help.stdout)
  t.equal((await run(t, ['help'])).stdout, help.stdout)
  t.match((await run(t, ['--version'])).stdout, /^\d+\.\d+\.\d+\n$/)
})

t.test('what is wrong on the command line is one clear sentence and exit 2', async t => {
  const wrong: Array<[string[], string]> = [
    [['--prot', '1'], '--prot is not an option; did you mean "--port"?'],
    [['-x'], '-x is not an option; known are --host, --port'],
    [['--port', 'abc'], '--port must be a whole number from 0 to 65535, got "abc"'],
    [['--port', '70000'], '--port must be a whole number from 0 to 65535, got 70000'],
    [['--port'], '--port needs a value'],
    [['--host', '--json'], '--host needs a value'],
    [['--host='], '--host must be a string that is not empty, got ""'],
    [['--json=maybe'], '--json must be true or false, got "maybe"'],
    [['--unknown-ids', 'make'], '--unknown-ids must be one of "not-found", "generate", got "make"'],
    [['--customers', '-1'], '--customers must be a whole number from 0 to 10000000, got -1'],
    [['serv'], '"serv" is not a command; did you mean "serve"?'],
    [['constructor'], '"constructor" is not a command'],
    [['generate'], 'generate takes one operand, the resource (customers, channels, services, devices, calls, fwdRules, files, rejectedEndpoints), got none'],
    [['generate', 'files', 'calls'], 'generate takes one operand, the resource (customers, channels, services, devices, calls, fwdRules, files, rejectedEndpoints), got "files", "calls"'],
    [['serve', 'now'], 'serve takes no operand, got "now"'],
    [['generate', 'customer'], '"customer" is not a resource; did you mean "customers"?'],
    [['--fixtures', '/no/such/folder'], "the fixtures in /no/such/folder can't be served:\n  the folder can't be read"]
  ]
  await Promise.all(wrong.map(async ([args, sentence]) => {
    const { code, stderr, stdout } = await run(t, args)
    t.same([code, stdout], [2, ''], args.join(' '))
    t.match(stderr, `ovoc-mock: ${sentence}`)
  }))
})

t.test('each option is a variable too, a flag goes before it, and a stranger among them is told', async t => {
  const wrong = await run(t, [], { OVOC_MOCK_PORT: 'tcp://10.0.0.1:4010' })
  t.same([wrong.code, wrong.stderr.split(';')[0]], [2, 'ovoc-mock: OVOC_MOCK_PORT must be a whole number from 0 to 65535, got "tcp://10.0.0.1:4010"\novoc-mock: see ovoc-mock --help\n'])
  const { code, stderr } = await run(t, ['generate', 'customers', '--seed', '7'], { OVOC_MOCK_SEED: 'x', OVOC_MOCK_PROT: '1' })
  t.same([code, stderr], [0, 'ovoc-mock: the variable OVOC_MOCK_PROT is not an option and was ignored\n'])
})

t.test('a taken port and an address of another machine are exit 1, with what to do', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const taken = await run(t, ['--port', String((other.address() as AddressInfo).port)])
  t.equal(taken.code, 1)
  t.match(taken.stderr, /^ovoc-mock: the port is taken, choose another with --port or any free one with --port 0: listen EADDRINUSE/)
  const elsewhere = await run(t, ['--host', '192.0.2.1', '--port', '0'])
  t.equal(elsewhere.code, 1)
  t.match(elsewhere.stderr, 'choose another with --host')
})

t.test('--json prints a ready line with the real port, then one JSON line a request', async t => {
  const program = spawnCli(t, ['--json', '--port', '0', '--customers', '2'])
  const ready = JSON.parse(await program.line())
  t.match(ready, { event: 'ready', url: /^http:\/\/127\.0\.0\.1:\d+$/, pid: program.child.pid })
  await fetch(`${ready.url}/api/ovoc/v1/topology/customers/85844`, { method: 'PUT' })
  program.child.kill('SIGTERM')
  await program.exited
  t.equal(program.code, 0)
  const line = JSON.parse(program.stdout.split('\n')[1] as string)
  t.match(line, { method: 'PUT', url: '/api/ovoc/v1/topology/customers/85844', status: 200, milliseconds: Number, msg: /^PUT .* 200 [\d.]+ ms$/ })
})

t.test('without a terminal there is one line with the address, and with --log-level info one a request', async t => {
  const program = spawnCli(t, ['serve', '--port', '0', '--log-level', 'info'])
  const url = (await program.line()).replace('ovoc-mock listens on ', '')
  await fetch(`${url}/ovoc/v1/topology/customers/1`)
  program.child.kill('SIGINT')
  await program.exited
  t.equal(program.code, 0)
  t.match(program.stdout.split('\n')[1], /^\d\d:\d\d:\d\d\.\d{3} GET \/ovoc\/v1\/topology\/customers\/1 404 [\d.]+ ms there is no customer with id 1$/)
})

t.test('health prints what the server says and exits 0, or says why not and exits 1', async t => {
  const { url } = await start(t)
  const healthy = await run(t, ['health', '--url', url])
  t.equal(healthy.code, 0)
  t.match(JSON.parse(healthy.stdout), { status: 'ok', seed: 1, counts: { customers: 8 } })
  t.equal((await run(t, ['health'], { OVOC_MOCK_PORT: new URL(url).port })).code, 0)
  const none = await run(t, ['health', '--url', 'http://127.0.0.1:1'])
  t.same([none.code, none.stdout], [1, ''])
  t.match(none.stderr, 'http://127.0.0.1:1/__admin/health does not answer')
  const other = await run(t, ['health', '--url', `${url}/ovoc`])
  t.same([other.code, other.stderr], [1, `ovoc-mock: ${url}/ovoc/__admin/health answers 404\n`])
  t.equal((await run(t, ['health', '--url', `${url}/`])).code, 0)
})

t.test('a reader that goes away early is no error', async t => {
  const program = spawnCli(t, ['generate', 'customers', '--count', '2000'])
  program.child.stdout.destroy()
  await program.exited
  t.same([program.code, program.stderr], [0, ''])
})

t.test('a server whose reader goes away goes on', async t => {
  const program = spawnCli(t, ['--json', '--port', '0'])
  const { url } = JSON.parse(await program.line())
  program.child.stdout.destroy()
  const asked = await Promise.all([1, 2, 3].map(() => fetch(`${url}/ovoc/v1/topology/customers/85844`)))
  t.same(asked.map(({ status }) => status), [200, 200, 200])
  program.child.kill('SIGTERM')
  await program.exited
  t.equal(program.code, 0)
})

t.test('a full disk is exit 1', { skip: !existsSync('/dev/full') }, async t => {
  const program = spawnCli(t, ['--version'], {}, openSync('/dev/full', 'w'))
  await program.exited
  t.equal(program.code, 1)
  t.match(program.stderr, 'ENOSPC')
})

t.test('health takes no other server for this one', async t => {
  const stranger = createHttpServer((_request, response) => response.end('hi')).listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  t.teardown(() => stranger.close())
  const { code, stderr } = await run(t, ['health', '--port', String((stranger.address() as AddressInfo).port)])
  t.equal(code, 1)
  t.match(stderr, '/__admin/health is not ovoc-mock')
})

t.test('health gives up on a server that never answers', async t => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => silent.close())
  const { code, stderr } = await run(t, ['health', '--port', String((silent.address() as AddressInfo).port)])
  t.equal(code, 1)
  t.match(stderr, 'does not answer: The operation was aborted due to timeout')
})

const terminal = { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=data:text/javascript,process.stdout.isTTY=true` }

t.test('the banner has a curl line that works even when there is no customer', async t => {
  const program = spawnCli(t, ['--port', '0', '--fixtures', t.testdir({ 'customers.json': '[]' })], terminal)
  await program.says('curl')
  const [, address] = /curl (\S+)\n/.exec(program.stdout) as unknown as [string, string]
  t.equal((await fetch(address)).status, 200)
  program.child.kill('SIGTERM')
  await program.exited
})

t.test('on a terminal a banner tells the address, the number of customers, the page and a curl line that works', async t => {
  const program = spawnCli(t, ['--port', '0'], terminal)
  await program.line()
  await program.says('curl')
  const [, url] = /ovoc-mock \d+\.\d+\.\d+ listens on (\S+)/.exec(program.stdout) as unknown as [string, string]
  t.match(program.stdout, `8 customers; documentation on ${url}/docs`)
  t.match(program.stdout, `curl -X PUT ${url}/api/ovoc/v1/topology/customers/85844\n`)
  await fetch(`${url}/ovoc/v1/topology/customers/85844`)
  await program.says('GET /ovoc/v1/topology/customers/85844 200')
  program.child.kill('SIGTERM')
  await program.exited
})
