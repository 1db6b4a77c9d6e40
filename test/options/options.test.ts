import { setTimeout } from 'node:timers/promises'
import { Ajv } from 'ajv'
import t from 'tap'
import { OptionsSchema, buildApp } from '../../src/index.ts'
import type { Options } from '../../src/index.ts'
import { basic } from '../callers.ts'
import { build, complaint, read } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const usersExpected = 'must be name:password or name:password:role (admin, operator, monitor)'

t.test('a repeatable flag may be given several times, and its variable has commas or lines', async t => {
  for (const line of [await read(['--user', 'ann:pw', '--user=bob:pw:monitor']), await read([], { OVOC_MOCK_USER: 'ann:pw,bob:pw:monitor' }), await read([], { OVOC_MOCK_USER: 'ann:pw\r\nbob:pw:monitor\n' })]) {
    const call = await build(t, (line as { options: Options }).options)
    const put = (name: string, password: string) => call(path, { method: 'PUT', body: {}, headers: basic(name, password) })
    t.same([(await put('ann', 'pw')).status, (await put('bob', 'pw')).status], [200, 403])
    t.equal((await put('acladmin', 'pass_1234')).status, 401, 'the defaults are replaced')
  }
})

t.test('--sandbox-ttl accepts a fraction of a second', async t => {
  const { options } = await read(['--sandbox-ttl', '0.05']) as { options: Options }
  const call = await build(t, options)
  const names = async () => (await call('/__admin/sandboxes')).body.sandboxes.map(({ name }: { name: string }) => name)
  await call(`/__sandbox/one${path}`)
  const deadline = Date.now() + 20_000
  while ((await names()).includes('one') && Date.now() < deadline) await setTimeout(10)
  t.same(await names(), ['default'])
})

t.test('an empty variable is an error, like an empty flag', async t => {
  for (const name of ['OVOC_MOCK_USER', 'OVOC_MOCK_ADMIN_TOKEN', 'OVOC_MOCK_TLS_KEY', 'OVOC_MOCK_CUSTOMERS']) {
    const text = `ovoc-mock: ${name} is set but empty; unset it or give it a value\novoc-mock: see ovoc-mock --help\n`
    t.same(await complaint(read([], { [name]: '' })), { exitCode: 2, text })
  }
  t.match(await read(['--fixtures='], { OVOC_MOCK_FIXTURES: '' }), { options: { fixtures: '' } })
})

t.test('the error for a wrong user or client does not show its secret', async t => {
  const wrong: Array<[string[], string]> = [
    [['--user', 'hidden'], `--user ${usersExpected}, got "…"`],
    [['--user', 'ann:hidden:king'], `--user ${usersExpected}, got "ann:…"`],
    [['--user', 'ann:'], `--user ${usersExpected}, got "ann:…"`],
    [['--user', ':hidden'], `--user ${usersExpected}, got ":…"`],
    [['--client', 'app:hidden:'], '--client must be id:secret or id:secret:role (admin, operator, monitor), got "app:…"'],
    [['--user', 'ann:hidden', '--user', 'ann:hidden2'], '--user must name each one only once, got "ann" again'],
    [['--audience', ''], '--audience needs a value'],
    [['--user'], '--user needs a value'],
    [['--sandbox-ttl', '0.5', '--auth', 'on'], '--auth must be one of "off", "optional", "required", got "on"'],
    [['--token-lifetime', '0'], '--token-lifetime must be a whole number from 1 to 86400, got 0'],
    [['--sandbox-ttl', '1e-3'], '--sandbox-ttl must be a number from 0 to 604800, got "1e-3"']
  ]
  for (const [args, sentence] of wrong) t.same(await complaint(read(args)), { exitCode: 2, text: `ovoc-mock: ${sentence}\novoc-mock: see ovoc-mock --help\n` }, args.join(' '))
  await t.rejects(buildApp({ client: 'app:hidden' } as object), { message: 'option client must be a list, got "app:…"' })
  await t.rejects(buildApp({ user: ['ann:pw', 5] } as object), { message: `option user ${usersExpected}, got "…"` })
})

t.test('the server rejects exactly the option values that the schema forbids', async t => {
  const names = Object.keys(OptionsSchema.properties).filter(name => name !== 'fixtures')
  const defaults = Object.entries(OptionsSchema.properties).map(([name, option]) => [name, option.default])
  const isValid = new Ajv({ strict: false }).compile(OptionsSchema)
  const values = [null, '', 'x', 'a:b', true, 0, -1, 0.5, 1e300, NaN, [], [''], ['a:b', 'c:d:king', 7], {}, 'not-found']
  for (const [name, value] of names.flatMap(name => values.map(value => [name, value] as const))) {
    // The unknown option keeps the server from being built.
    const { message } = await buildApp({ [name]: value, nothing: 1 } as object).catch(error => error)
    const isRefused = message.includes(`option ${name} must be `)
    t.equal(isRefused, !isValid({ ...Object.fromEntries(defaults), [name]: value }), `${name}: ${message}`)
  }
})
