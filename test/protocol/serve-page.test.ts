import t from 'tap'
import { buildApp } from '../../src/index.ts'

t.test('the console\'s files have a strict policy and need no token, but all data does', async t => {
  const app = await buildApp({ adminToken: 's3cret' })
  t.teardown(() => app.close())
  const files = [['', 'text/html'], ['style.css', 'text/css'], ['main.js', 'text/javascript']] as const
  for (const [name, type] of files) {
    const { statusCode, headers } = await app.inject(`/__admin/console/${name}`)
    t.equal(statusCode, 200, name)
    t.match(headers['content-type'], type)
    t.match(headers['content-security-policy'], "default-src 'self'")
  }
  for (const name of ['none.js', '..%2Findex.js', 'main.ts', 'style.css.map']) {
    for (const page of ['/__admin/console', '/docs']) {
      const { statusCode, body } = await app.inject(`${page}/${name}`)
      t.equal(statusCode, 404, name)
      t.match(body, 'the page has no file')
    }
  }
  t.equal((await app.inject('/__admin/requests')).statusCode, 401)
})

t.test('the path / redirects a browser to the console, but not a program', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  const { statusCode, headers } = await app.inject({ url: '/', headers: { accept: 'text/html,*/*' } })
  t.same([statusCode, headers.location], [302, '__admin/console/'])
  t.equal((await app.inject('/__admin/console')).headers.location, 'console/')
  t.equal((await app.inject('/')).statusCode, 404)
  const stranger = { url: '/__admin/console/', remoteAddress: '203.0.113.9' }
  t.equal((await app.inject(stranger)).statusCode, 403)
})
