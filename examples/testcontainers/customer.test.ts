// docker build -t ovoc-mock <this repository>, then npx vitest run
import { connectOvocMock } from 'ovoc-mock'
import type { OvocMockConnection } from 'ovoc-mock'
import { GenericContainer, Wait } from 'testcontainers'
import type { StartedTestContainer } from 'testcontainers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyCustomer } from '../verify-customer.js'

const adminToken = 'of-the-tests' // else whoever reaches the port, which is published on every address, may control the server

let container: StartedTestContainer | undefined
let ovoc: OvocMockConnection
beforeAll(async () => {
  container = await new GenericContainer('ovoc-mock')
    .withEnvironment({ OVOC_MOCK_ADMIN_TOKEN: adminToken })
    .withExposedPorts(4010)
    .withWaitStrategy(Wait.forHealthCheck())
    .start()
  ovoc = connectOvocMock(`http://${container.getHost()}:${container.getMappedPort(4010)}`, { adminToken })
}, 60_000)
afterAll(() => container?.stop())

test('a customer in trouble is reported', async () => {
  const sandbox = await ovoc.sandbox()
  await sandbox.customers.patch(85844, { status: 'WARNING' })
  expect(await verifyCustomer(sandbox.url, 85844)).toBe('WARNING')
})
