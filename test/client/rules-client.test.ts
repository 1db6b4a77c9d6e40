import { bothWays } from './ways.ts'

const path = '/ovoc/v1/topology/customers/85844'
const statuses = async (url: string, count: number) => {
  const seen = []
  while (seen.length < count) seen.push((await fetch(url + path, { method: 'PUT' })).status)
  return seen
}

bothWays('a rule fails as many requests as it says, counts them, and is read and deleted', async (t, ovoc) => {
  const { faults, url } = await ovoc.sandbox()
  const [rule] = await faults.add({ match: { operation: 'verifyCustomer', params: { id: 85844 } }, status: 503, retryAfter: 1, times: 2 })
  t.same(await statuses(url, 3), [503, 503, 200])
  t.same(await faults.list(), [{ ...rule, matched: 3, fired: 2 }])
  const id = rule?.id ?? 0
  t.same(await faults.get(id), { ...rule, matched: 3, fired: 2 })
  await faults.delete(id)
  await t.rejects(faults.get(id), { name: 'OvocMockError', message: `there is no rule with id ${id}` })
})

bothWays('a preset adds its rules, and clear deletes them all', async (t, ovoc) => {
  const { faults, url } = await ovoc.sandbox()
  t.ok((await faults.add({ preset: 'outage' })).length > 0)
  t.not((await statuses(url, 1))[0], 200)
  await faults.clear()
  t.same([await faults.list(), await statuses(url, 1)], [[], [200]])
})

bothWays('a rule that names what there is not is refused with the closest name', async (t, ovoc) => {
  const { faults } = await ovoc.sandbox()
  await t.rejects(faults.add({ match: { operation: 'verifyCustomers' as 'verifyCustomer' }, delay: 10 }), { message: /did you mean "verifyCustomer"\?/ })
})
