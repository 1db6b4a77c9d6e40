import t from 'tap'
import type { Test } from 'tap'
import { buildApp } from '../../src/index.ts'

t.test('an unforeseen error is a 500 that says nothing of the inside, and a log line that does', async t => {
  const { answer, logged } = await askLogged(t, '/ovoc/v1/broken')
  t.equal(answer.statusCode, 500)
  t.same(answer.json(), { description: 'the simulator failed on this request; its log says why' })
  t.match(logged, /^\d\d:\d\d:\d\d\.\d{3} Error: secret\n {4}at /)
})

t.test('what is refused on purpose is no error in the log, whatever its status', async t => {
  for (const [path, status] of [['/ovoc/v1/topology/sites', 501], ['/tenant/oauth2/v2.0/authorize', 501], ['/ovoc/v1/topology/customers/1', 404]] as const) {
    const { answer, logged } = await askLogged(t, path)
    t.same([answer.statusCode, logged], [status, ''], path)
  }
})

/** Asks a server that breaks at `/ovoc/v1/broken`, and gives back what it logs as by default. */
async function askLogged (t: Test, path: string) {
  const printed = t.capture(process.stdout, 'write', () => true)
  const app = await buildApp({ logLevel: 'warn' })
  t.teardown(() => app.close())
  app.get('/ovoc/v1/broken', () => { throw new Error('secret') })
  const answer = await app.inject(path)
  const logged = printed().flatMap(({ args }) => String(args[0])).join('')
  printed.restore()
  return { answer, logged }
}
