import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { buildApp } from '../src/index.ts'
import { basic } from './callers.ts'
import { run, spawnCli } from './harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const usersExpected = 'must be name:password or name:password:role (admin, operator, monitor)'

t.test('a flag that may be repeated is, and its variable has commas', async t => {
  const byFlags = spawnCli(t, ['--port', '0', '--json', '--user', 'ann:pw', '--user=bob:pw:monitor'])
  const byVariable = spawnCli(t, ['--port', '0', '--json'], { OVOC_MOCK_USER: 'ann:pw,bob:pw:monitor' })
  for (const program of [byFlags, byVariable]) {
    const { url } = JSON.parse(await program.line())
    const put = (headers: Record<string, string>) => fetch(url + path, { method: 'PUT', body: '{}', headers: { 'content-type': 'application/json', ...headers } })
    t.same([(await put(basic('ann', 'pw'))).status, (await put(basic('bob', 'pw'))).status], [200, 403])
    t.equal((await put(basic('acladmin', 'pass_1234'))).status, 401, 'the defaults are replaced')
  }
})

t.test('the time after which a sandbox is dropped may be a fraction of a second', async t => {
  const { url } = JSON.parse(await spawnCli(t, ['--port', '0', '--json', '--sandbox-ttl', '0.05']).line())
  const names = async () => (await (await fetch(`${url}/__admin/sandboxes`)).json() as { sandboxes: Array<{ name: string }> }).sandboxes.map(({ name }) => name)
  await fetch(`${url}/__sandbox/one${path}`)
  const deadline = Date.now() + 20_000
  while ((await names()).includes('one') && Date.now() < deadline) await setTimeout(10)
  t.same(await names(), ['default'])
})

t.test('an empty variable is refused, as an empty flag is', async t => {
  const { code, stderr } = await run(t, [], { OVOC_MOCK_USER: '' })
  t.same([code, stderr.split('\n')[0]], [2, `ovoc-mock: OVOC_MOCK_USER ${usersExpected}, got "…"`])
})

t.test('a wrong user or client is told without its secret', async t => {
  const wrong: Array<[string[], string]> = [
    [['--user', 'hidden'], `--user ${usersExpected}, got "…"`],
    [['--user', 'ann:hidden:king'], `--user ${usersExpected}, got "ann:…"`],
    [['--user', 'ann:'], `--user ${usersExpected}, got "ann:…"`],
    [['--user', ':hidden'], `--user ${usersExpected}, got ":…"`],
    [['--client', 'app:hidden:'], '--client must be id:secret or id:secret:role (admin, operator, monitor), got "app:…"'],
    [['--user', 'ann:hidden', '--user', 'ann:hidden2'], '--user must name each one once, got "ann" again'],
    [['--audience', ''], '--audience must be an audience such as api://ovoc, got ""'],
    [['--user'], '--user needs a value'],
    [['--auth', 'on'], '--auth must be one of "off", "optional", "required", got "on"'],
    [['--token-lifetime', '0'], '--token-lifetime must be a whole number from 1 to 86400, got 0'],
    [['--sandbox-ttl', '1e-3'], '--sandbox-ttl must be a number from 0 to 604800, got "1e-3"']
  ]
  await Promise.all(wrong.map(async ([args, sentence]) => {
    const { code, stderr } = await run(t, args)
    t.same([code, stderr], [2, `ovoc-mock: ${sentence}\novoc-mock: see ovoc-mock --help\n`], args.join(' '))
  }))
  await t.rejects(buildApp({ client: 'app:hidden' } as object), { message: 'option client must be a list, got "app:…"' })
  await t.rejects(buildApp({ user: ['ann:pw', 5] } as object), { message: `option user ${usersExpected}, got "…"` })
})
