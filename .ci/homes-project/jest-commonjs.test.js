/* global jest, test */
const { randomUUID } = require('node:crypto')
const { scenario } = require('./scenario.js')

/** The handle that the scenario expects, over HTTP: jest-commonjs-server.js has started the server. */
const startOvocMock = async () => {
  const url = `${process.env.OVOC_URL}/__sandbox/${randomUUID()}`
  const control = async (method, path, body) => {
    const response = await fetch(`${url}/__admin${path}`, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(await response.text())
  }
  const sandbox = {
    url,
    customers: { patch: (id, fields) => control('PATCH', `/records/customers/${id}`, fields) },
    rules: { add: rule => control('POST', '/rules', rule) },
    requests: { verify: ({ times, ...match }) => control('POST', '/requests/verify', { match, times }) }
  }
  return { sandbox: async () => sandbox, close: async () => {} }
}

const timeout = 60_000
test('with real timers', () => scenario({ startOvocMock }), timeout)
test('with fake timers', () => scenario({ startOvocMock, fake: () => jest.useFakeTimers(), unfake: () => jest.useRealTimers() }), timeout)
