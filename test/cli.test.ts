import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'
import { buildApp, generateRecords, resourceNames, startOvocMock } from '../src/index.ts'
import type { Health } from '../src/index.ts'
import { complaint, read, run, spawnCli, start } from './harness.ts'

const resourceList = resourceNames.toSorted().join(', ')

t.test('--help lists every command and option, and docs/options.md has its text', async t => {
  const help = await run(t, ['--help'])
  const commands = ['serve', 'generate <resource>', resourceList, 'health', 'openapi']
  for (const word of [...commands, '--host', '--unknown-ids', '--log-level', 'OVOC_MOCK_UNKNOWN_IDS']) t.match(help.stdout, word)
  t.match(readFileSync('docs/options.md', 'utf8'), `\`\`\`text\n${help.stdout}\`\`\``)
  t.same(help.stdout.split('\n').filter(line => line.length > 120), [])
  for (const line of ['--help', '-h', 'help', 'generate --help', '--nope -h']) {
    t.same(await read(line.split(' ')), { command: 'help' }, line)
  }
})

/** Returns variables with which the command fails if it loads what only a server needs. */
const lightly = (t: Test) => atImportOf(t, /^(fastify|typebox|@faker-js\/)|\/resources\//, 'throw new Error(name)')

/** Returns variables with which the command runs some code before it loads the first matching module. */
function atImportOf (t: Test, names: RegExp, code: string): Record<string, string> {
  const resolve = `(name, from, next) => {
    if (${names}.test(name)) { ${code} }
    return next(name, from)
  }`
  // Node 20 has only `register`, and later versions warn about it.
  const hook = `
    import * as modules from 'node:module'
    if (modules.registerHooks) modules.registerHooks({ resolve: ${resolve} })
    else modules.register('data:text/javascript,' + encodeURIComponent('export const resolve = ' + ${JSON.stringify(resolve)}))`
  const file = join(t.testdir({ 'hook.mjs': hook }), 'hook.mjs')
  return { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${pathToFileURL(file)}` }
}

t.test('--version, --help, a wrong command line and health load no server code', async t => {
  const light = lightly(t)
  const [version, unknown, wrong, health, help, generate] = await Promise.all([
    run(t, ['--version'], { ...light, OVOC_MOCK_PROT: '1' }),
    run(t, ['--prot', '1'], light),
    run(t, ['--user', 'ann:hidden:king'], light),
    run(t, ['health', '--url', 'http://127.0.0.1:1'], light),
    run(t, ['--help'], light),
    run(t, ['generate'], light)
  ])
  t.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
  t.same([version.code, version.stderr], [0, 'ovoc-mock: the variable OVOC_MOCK_PROT is not an option and was ignored\n'])
  t.same([unknown.code, unknown.stdout], [2, ''])
  t.equal(unknown.stderr, 'ovoc-mock: --prot is not an option; did you mean "--port"?\novoc-mock: see ovoc-mock --help\n')
  t.same([wrong.code, wrong.stdout], [2, ''])
  t.match(wrong.stderr, /^ovoc-mock: --user must be .*, got "ann:…"\novoc-mock: see ovoc-mock --help\n$/)
  t.same([health.code, health.stdout], [1, ''])
  t.match(health.stderr, 'ovoc-mock: http://127.0.0.1:1 does not answer: connect ECONNREFUSED')
  t.match(help, { code: 0, stdout: '<resource>', stderr: '' })
  t.match(generate, { code: 2, stderr: 'generate accepts one resource (calls, channels, customers' })
})

t.test('a wrong command line is an error in one clear sentence', async t => {
  const wrong: Array<[string[], string]> = [
    [['--prot', '1'], '--prot is not an option; did you mean "--port"?'],
    [['-x'], '-x is not an option; known are --host, --port'],
    [['--port', 'abc'], '--port must be a whole number from 0 to 65535, got "abc"'],
    [['--port', '70000'], '--port must be a whole number from 0 to 65535, got 70000'],
    [['--port'], '--port needs a value'],
    [['--host', '--json'], '--host needs a value'],
    [['--host='], '--host needs a value'],
    [['--admin-token='], '--admin-token needs a value'],
    [['--token-key', ''], '--token-key needs a value'],
    [['--port', '5000', '--port=6000'], '--port was given twice: 5000 and 6000\n'],
    [['--https', '--seed', '1', '--https=false'], '--https was given twice: true and false\n'],
    [['--admin-token', 'hidden', '--admin-token', 'hushed'], '--admin-token was given twice\n'],
    [['health', '--port', '1', '--port', '\u001b[2J'], '--port was given twice: 1 and \\u001b[2J\n'],
    [['--json=maybe'], '--json must be true or false, got "maybe"'],
    [['--unknown-ids', 'make'], '--unknown-ids must be one of "not-found", "generate", got "make"'],
    [['--customers', '-1'], '--customers must be a whole number from 0 to 10000000, got -1'],
    [['--help=x'], '--help accepts no value\n'],
    [['--version='], '--version accepts no value\n'],
    [['serv'], '"serv" is not a command; did you mean "serve"?'],
    [['constructor'], '"constructor" is not a command'],
    [['generate'], `generate accepts one resource (${resourceList}), got none`],
    [['generate', 'files', 'calls'], `generate accepts one resource (${resourceList}), got "files", "calls"`],
    [['serve', 'now'], 'serve accepts only options, got "now"']
  ]
  for (const [args, sentence] of wrong) {
    t.match(await complaint(read(args)), { exitCode: 2, text: `ovoc-mock: ${sentence}` }, args.join(' '))
  }
})

t.test('a list option may be given several times', async t => {
  const { options } = await read(['--user', 'ann:a', '--user', 'bob:b:monitor']) as { options: object }
  t.match(options, { user: ['ann:a', 'bob:b:monitor'] })
})

t.test('an unknown resource or an unreadable fixtures folder ends the command with exit code 2', async t => {
  const unknown = complaint(generateRecords('customer', { count: 1, seed: 1 }))
  const text = 'ovoc-mock: "customer" is not a resource; did you mean "customers"?\novoc-mock: see ovoc-mock --help\n'
  t.same(await unknown, { exitCode: 2, text })
  const unread = await complaint(buildApp({ fixtures: '/no/such/folder' }))
  const hostile = await complaint(buildApp({ fixtures: '/no/\u001b[31m\u202e' }))
  t.match(hostile.text, "ovoc-mock: the fixtures in /no/\\u001b[31m\\u202e can't be served:\n  ")
  t.equal(unread.exitCode, 2)
  t.match(unread.text, "ovoc-mock: the fixtures in /no/such/folder can't be served:\n  the folder can't be read")
})

t.test('each option is also a variable, and a flag overrides it', async t => {
  const { exitCode, text } = await complaint(read([], { OVOC_MOCK_PORT: 'tcp://10.0.0.1:4010' }))
  t.equal(exitCode, 2)
  t.match(text, 'ovoc-mock: OVOC_MOCK_PORT must be a whole number from 0 to 65535, got "tcp://10.0.0.1:4010"\n')
  const byVariables = await read([], { OVOC_MOCK_PORT: '1', OVOC_MOCK_SEED: '2' })
  const twoProblems = complaint(read(['--tls-key', 'x'], { OVOC_MOCK_TLS_CERT: 'x', OVOC_MOCK_PORT: 'x', OVOC_MOCK_SEED: '-1' }))
  t.match((await twoProblems).text, 'OVOC_MOCK_PORT must be a whole number from 0 to 65535, got "x"\nOVOC_MOCK_SEED must be')
  const without = await complaint(read(['--tls-key=x'], { OVOC_MOCK_TLS_CERT: 'x' }), { OVOC_MOCK_HTTPS: 'false' })
  t.match(without.text, 'OVOC_MOCK_TLS_CERT has no effect without OVOC_MOCK_HTTPS\n')
  t.match(byVariables, { command: 'serve', options: { port: 1, seed: 2, host: '127.0.0.1' } })
  const byFlag = await read(['generate', 'customers', '--seed', '7'], { OVOC_MOCK_SEED: 'x' })
  t.same(byFlag, { command: 'generate', operands: ['customers'], options: { count: 10, seed: 7 }, isTold: true })
})

t.test('a taken port or an address of another machine ends with exit code 1 and advice', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  const taken = 'ovoc-mock: the port is taken, choose another with --port, 0 for any free one: listen EADDRINUSE'
  t.match(await run(t, ['--port', String(port)]), { code: 1, stderr: taken })
  t.match(await complaint(startOvocMock({ port })), { exitCode: 1, text: taken })
  t.match(await complaint(startOvocMock({ rules: [5 as never] })), { exitCode: 2, text: 'ovoc-mock: option rules: rule 1: must be an object, got 5' })
  t.match(await complaint(startOvocMock({ host: '192.0.2.1' })), { exitCode: 1, text: 'choose another with --host' })
  t.match(await complaint(startOvocMock({ port }), { OVOC_MOCK_PORT: String(port) }), { text: 'choose another with OVOC_MOCK_PORT, 0 for any free one' })
})

t.test('--json prints a ready line with the real port and a JSON line per request, and runs on if nobody reads them', async t => {
  const program = spawnCli(t, ['--json', '--port', '0', '--customers', '2'])
  const ready = JSON.parse(await program.line())
  t.match(ready, { event: 'ready', url: /^http:\/\/127\.0\.0\.1:\d+$/, pid: program.child.pid })
  const { version, counts } = await (await fetch(`${ready.url}/__admin/health`)).json() as Health
  t.match(ready, { version, counts, docs: `${ready.url}/docs` })
  t.equal(counts.customers, 10)
  await fetch(`${ready.url}/api/ovoc/v1/topology/customers/85844`, { method: 'PUT' })
  await program.says('"PUT /api/')
  const line = JSON.parse(program.stdout.split('\n')[2] as string)
  t.match(line, { method: 'PUT', url: '/api/ovoc/v1/topology/customers/85844', status: 200, milliseconds: Number, sandbox: 'default', operation: 'verifyCustomer' })
  t.match(line.msg, /^PUT .* 200 [\d.]+ ms \(verifyCustomer\)$/)

  program.child.stdout.destroy()
  const asked = await Promise.all([1, 2, 3].map(() => fetch(`${ready.url}/ovoc/v1/topology/customers/85844`)))
  t.same(asked.map(({ status }) => status), [200, 200, 200])
  program.child.kill('SIGTERM')
  await program.exited
  t.same([program.code, program.stderr], [0, ''])
})

t.test('health prints the response and exits with 0, or prints the problem and exits with 1', async t => {
  const { url } = await start(t)
  const stranger = createHttpServer((_request, response) => response.end('hi')).listen(0, '127.0.0.1')
  const silent = createServer().listen(0, '127.0.0.1')
  await Promise.all([once(stranger, 'listening'), once(silent, 'listening')])
  t.teardown(() => { stranger.close(); silent.close() })
  const portOf = (server: typeof silent) => String((server.address() as AddressInfo).port)

  const [healthy, lost, other, mute] = await Promise.all([
    run(t, ['health', '--url', `${url}/`]),
    run(t, ['health', '--url', `${url}/ovoc`]),
    run(t, ['health', '--port', portOf(stranger)]),
    run(t, ['health', '--port', portOf(silent)])
  ])
  t.same([healthy.code, healthy.stderr], [0, ''])
  t.match(JSON.parse(healthy.stdout), { status: 'ok', url: `${url}/`, version: String, seed: 1, counts: { customers: 8 } })
  t.same([lost.code, lost.stdout, lost.stderr], [1, '', `ovoc-mock: ${url}/ovoc/__admin/health answers 404\n`])
  t.match(other, { code: 1, stderr: '/__admin/health is not ovoc-mock' })
  t.match(mute, { code: 1, stderr: 'does not answer: The operation was aborted due to timeout' })
})

t.test('SIGTERM and SIGINT end the command while it still loads', async t => {
  for (const [signal, code] of [['SIGTERM', 143], ['SIGINT', 130]] as const) {
    for (const module of [/command-line/, /serve/]) {
      // The module is slow enough for the signal to come first.
      const kill = `process.kill(process.pid, '${signal}'); const until = Date.now() + 200; while (Date.now() < until);`
      const program = await run(t, ['--port', '0'], atImportOf(t, module, kill))
      // If several modules load at once, a signal is handled only after them. Then the server closes.
      t.ok(program.code === code || program.code === 0, `${signal} at ${module} ends with ${program.code}`)
    }
  }
})
