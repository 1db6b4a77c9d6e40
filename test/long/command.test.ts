import { existsSync, openSync, readFileSync } from 'node:fs'
import t from 'tap'
import { freePort, read, run, sendRaw, spawnCli, start, terminal } from '../harness.ts'

t.test('without a terminal, the command prints the address, the served records, and with --log-level info a line per request', async t => {
  const program = spawnCli(t, ['serve', '--port', '0', '--log-level', 'info'])
  const url = (await program.line()).replace('ovoc-mock listens on ', '')
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
  await program.says('/docs\n')
  await fetch(`${url}/ovoc/v1/topology/customers/1`)
  await fetch(`${url}/ovoc/v1/nothing`, { headers: { 'x-ovoc-mock-sandbox': 'test-17' } })
  await fetch(`${url}/__sandbox/test-17/ovoc/v1/topology/customers/85844`)
  await fetch(`${url}/__sandbox/test-17/ovoc/v1/nothing`)
  program.child.kill('SIGINT')
  await program.exited
  t.same([program.code, program.stderr], [0, ''])
  const [, served, ...lines] = program.stdout.split('\n')
  t.match(served, /^ovoc-mock \d+\.\d+\.\d+ serves the bundled records: 8 customers, 3 channels, .*, 3 rejectedEndpoints; documentation on http:[\d/.:]+\/docs$/)
  const expected = [
    'GET /ovoc/v1/topology/customers/1 404 N ms (getCustomer) there is no customer with id 1',
    'GET /ovoc/v1/nothing 404 N ms (sandbox test-17) there is no "/ovoc/v1/nothing" here',
    'GET /__sandbox/test-17/ovoc/v1/topology/customers/85844 200 N ms (getCustomer, sandbox test-17)',
    'GET /__sandbox/test-17/ovoc/v1/nothing 404 N ms (sandbox test-17) there is no'
  ]
  for (const [index, text] of expected.entries()) {
    t.match(lines[index], /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} GET /)
    t.match(lines[index]?.replace(/ [\d.]+ ms/, ' N ms').slice(24), text)
  }
})

t.test('no line of a long JSON log is lost if a signal or an error ends the command', async t => {
  const crashing = { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=data:text/javascript,process.on('SIGUSR2',()=>setTimeout(()=>{throw+Error('crash')},5))` }
  for (const [signal, code] of [['SIGTERM', 0], ['SIGUSR2', 1]] as const) {
    const program = spawnCli(t, ['--port', '0', '--json'], crashing)
    const { url } = JSON.parse(await program.line())
    const asked = Array.from({ length: 30 }, (_, id) => fetch(`${url}/ovoc/v1/topology/customers/${id + 1}?${'x'.repeat(1500)}`))
    await Promise.all(asked)
    program.child.kill(signal)
    await program.exited
    const [, ...lines] = program.stdout.trim().split('\n').map(line => JSON.parse(line).status)
    t.same([program.code, lines], [code, Array(30).fill(400)], signal)
  }
})

t.test('on a terminal, the banner has the address, the number of customers, both pages and a curl line', async t => {
  const program = spawnCli(t, ['--port', '0', '--customers', '2', '--fixtures', 'fixtures', '--watch'], terminal)
  await program.says('curl')
  const [, url] = /ovoc-mock \d+\.\d+\.\d+ listens on (\S+)/.exec(program.stdout) as unknown as [string, string]
  t.match(program.stdout, `10 customers; documentation on ${url}/docs\n  requests as they come on ${url}/__admin/console\n\n`)
  t.match(program.stdout, `curl -X PUT ${url}/api/ovoc/v1/topology/customers/85844\n`)
  await fetch(`${url}/ovoc/v1/topology/customers/85844`)
  await program.says('GET /ovoc/v1/topology/customers/85844 200')
  program.child.kill('SIGTERM')
  await program.exited
})

t.test('the curl line works with a self-signed certificate and without customers, and fixtures show a hint on --watch', async t => {
  const program = spawnCli(t, ['--port', '0', '--https', '--fixtures', t.testdir({ 'customers.json': '[]' })], terminal)
  await program.says('curl')
  const [, address] = /curl --insecure (https:\S+)\n/.exec(program.stdout) as unknown as [string, string]
  t.match(program.stdout, /\/__admin\/console\n {2}--watch serves fixtures again as soon as you save them\n\n/)
  const request = `GET ${new URL(address).pathname} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`
  t.match(await sendRaw(address, request), /^HTTP\/1\.1 200 /)
  program.child.kill('SIGTERM')
  await program.exited
})

t.test('health accepts any certificate by port, but with --url only a valid one unless --insecure is set', async t => {
  const { url } = await start(t, { https: true })
  const { port } = new URL(url)
  const options = { https: true, port: Number(port), url: '', insecure: false }
  t.match(await read(['health', '--https', '--port', port]), { command: 'health', options })
  const [here, insecure, checked] = await Promise.all([
    run(t, ['health'], { OVOC_MOCK_PORT: port, OVOC_MOCK_HTTPS: 'true' }),
    run(t, ['health', '--url', url, '--insecure']),
    run(t, ['health', '--url', url])
  ])
  t.same([here.code, insecure.code, checked.code], [0, 0, 1])
  t.match(checked.stderr, `ovoc-mock: ${url} does not answer: self-signed certificate`)
})

t.test('health says if only one of request and port uses TLS', async t => {
  const [plain, secure] = await Promise.all([start(t), start(t, { https: true })])
  const [plainPort, securePort] = [plain, secure].map(({ url }) => new URL(url).port) as [string, string]
  const [asked, askedUrl, reverse] = await Promise.all([
    run(t, ['health', '--port', securePort]),
    run(t, ['health', '--url', `http://localhost:${securePort}/`]),
    run(t, ['health', '--https', '--port', plainPort])
  ])
  const tls = (host: string) => `ovoc-mock: http://${host}:${securePort} speaks TLS: ask with --https, or with an https:// address in --url\n`
  t.same([asked.code, asked.stderr], [1, tls('127.0.0.1')])
  t.same([askedUrl.code, askedUrl.stderr], [1, tls('localhost')])
  t.same([reverse.code, reverse.stderr], [1, `ovoc-mock: https://127.0.0.1:${plainPort} speaks plain HTTP: ask without --https, or with an http:// address in --url\n`])
})

t.test('the command prints what it serves and warns of open control, and health finds the server with the same variables', async t => {
  const folder = t.testdir({ 'customers.json': '[]', 'files.json': readFileSync('fixtures/files.json', 'utf8') })
  const seeded = (seed: number) => {
    return { OVOC_MOCK_SEED: String(seed), OVOC_MOCK_PORT: '1', ...seed === 8_675_310 && { OVOC_MOCK_ADMIN_OPEN: 'true' } }
  }
  const bundled = 'the bundled records: 8 customers, '
  const warning = 'ovoc-mock: everybody who reaches this server may control it under /__admin; set --admin-token, or leave OVOC_MOCK_ADMIN_OPEN out\n'
  const servers: Array<[seed: number, args: string[], serves: string, stderr: string]> = [
    [8_675_309, ['--https', '--host', '::1', '--fixtures', folder], `${folder}: 3 files;`, ''],
    [8_675_310, ['--host', '0.0.0.0', '--bundled=false'], 'no records;', warning],
    [8_675_311, ['--admin-open'], bundled, ''],
    [8_675_311, ['--admin-open', '--host', 'localhost'], bundled, ''],
    [8_675_312, ['--admin-open', '--host', '0.0.0.0', '--admin-token', 'x'], bundled, ''],
    [8_675_313, ['--host', '0.0.0.0'], bundled, '']
  ]
  // Another command of the same program is not a server. Nobody reads its output, so it waits until it is killed.
  spawnCli(t, ['generate', 'customers', '--count', '1000000'], seeded(8_675_309)).child.stdout.pause()
  const programs = await Promise.all(servers.map(async ([seed, args, serves, stderr]) => {
    const program = spawnCli(t, [...args, '--port', String(await freePort())], seeded(seed))
    await program.says('/docs\n')
    t.match(program.stdout.split('\n')[1], ` serves ${serves}`)
    t.match(program.stdout.split('\n')[1], /; documentation on https?:\/\/\S+:\d+\/docs$/)
    t.equal(program.stderr, stderr, args.join(' '))
    return program
  }))

  const isLinux = process.platform === 'linux'
  const [secure, open, ambiguous] = await Promise.all([8_675_309, 8_675_310, 8_675_311].map(seed => run(t, ['health'], seeded(seed))))
  // Only Linux shows the arguments of other processes. If two servers fit, health can't choose one.
  t.same([secure, open, ambiguous].map(found => found?.code), isLinux ? [0, 0, 1] : [1, 1, 1])
  t.match(ambiguous?.stderr, 'ovoc-mock: http://127.0.0.1:1 does not answer')
  const found = [secure, open].map(program => isLinux ? JSON.parse(program?.stdout as string) : {})
  if (isLinux) t.same(found.map(({ seed }) => seed), [8_675_309, 8_675_310])
  if (isLinux) t.match(found, [{ url: /^https:\/\/\[::1\]:\d+$/ }, { url: /^http:\/\/127\.0\.0\.1:\d+$/ }])

  // The coverage includes a process only if it ends normally.
  for (const { child } of programs) child.kill()
  await Promise.all(programs.map(({ exited }) => exited))
})

t.test('health calls a server on this machine directly, whatever proxy the environment names', async t => {
  const { url } = await start(t)
  const proxy = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:1', http_proxy: 'http://127.0.0.1:1' }
  t.same((await run(t, ['health', '--url', url], proxy)).stderr, '')
  const elsewhere = await run(t, ['health', '--url', 'http://ovoc.invalid'], proxy)
  t.match(elsewhere, { code: 1, stderr: /^ovoc-mock: http:\/\/ovoc.invalid does not answer: .*, perhaps because of the proxy that HTTP_PROXY or HTTPS_PROXY names\n$/ })
})

t.test('the command exits with 0 if the reader of its output goes away early', async t => {
  const program = spawnCli(t, ['generate', 'customers', '--count', '100'])
  program.child.stdout.destroy()
  await program.exited
  t.same([program.code, program.stderr], [0, ''])
})

t.test('the command exits with 1 if the disk is full', { skip: !existsSync('/dev/full') }, async t => {
  const program = spawnCli(t, ['--version'], {}, openSync('/dev/full', 'w'))
  await program.exited
  t.equal(program.code, 1)
  t.match(program.stderr, 'ENOSPC')
})

t.test('with --auth required, the command warns of a default user or client', async t => {
  const text = 'ovoc-mock: the default user and client are published; set --user and --client\n'
  for (const [args, expected] of [[['--user', 'ann:pw'], text], [['--user', 'ann:pw', '--client', 'app:pw'], '']] as const) {
    const program = spawnCli(t, ['--port', '0', '--auth', 'required', ...args])
    await program.line()
    t.equal(program.stderr, expected)
    program.child.kill()
  }
})
