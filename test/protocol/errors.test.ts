import t from 'tap'
import { buildApp } from '../../src/index.ts'

t.test('an unforeseen error is a 500 that says nothing of the inside, and a log line that does', async t => {
  const printed = t.capture(process.stdout, 'write', () => true)
  const app = await buildApp({ logLevel: 'error' })
  t.teardown(() => app.close())
  app.get('/ovoc/v1/broken', () => { throw new Error('secret') })
  const answer = await app.inject('/ovoc/v1/broken')
  const lines = printed().flatMap(({ args }) => String(args[0])).join('')
  printed.restore()
  t.equal(answer.statusCode, 500)
  t.same(answer.json(), { description: 'the simulator failed on this request; its log says why' })
  t.match(lines, /^\d\d:\d\d:\d\d\.\d{3} Error: secret\n {4}at /)
})
