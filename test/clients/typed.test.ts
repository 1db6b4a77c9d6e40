import createClient from 'openapi-fetch'
import t from 'tap'
import { start } from '../harness.ts'
import type { paths } from './ovoc.d.ts'

t.test('a client typed by the document reads, changes and lists without a cast', async t => {
  const { url } = await start(t)
  const client = createClient<paths>({ baseUrl: `${url}/ovoc/v1` })
  const verified = await client.PUT('/topology/customers/{id}', { params: { path: { id: 85844 } } })
  t.equal(verified.data?.contacts.email, null)
  const changed = await client.PUT('/topology/customers/{id}', { params: { path: { id: 85844 } }, body: { contacts: { email: 'brad@example.com' } } })
  t.equal(changed.data?.contacts.email, 'brad@example.com')
  const listed = await client.GET('/topology/lcCustomers', { params: { query: { detail: '1', filter: "(name='Brad984')" } } })
  t.same(listed.data?.lcCustomers.map(({ id }) => id), [85844])
  const missing = await client.GET('/topology/lcCustomers/{id}', { params: { path: { id: 1 } } })
  t.equal(missing.error?.description, 'there is no customer with id 1')
})
