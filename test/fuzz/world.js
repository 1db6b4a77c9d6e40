import { Connection } from './connection.js'
import { operations } from './documents.js'
import { expect } from './finding.js'
import { bytesOf } from './request.js'

// The other list of customers has records of its own.
const listOperations = operations.filter(({ api, id, method, path }) => api === 'ovoc' && method === 'GET' && !path.includes('{') && id !== 'listCustomers')

/** OVOC's own lists: the operation, its path and the resource. */
export const lists = listOperations.map(({ id, path, tag }) => [id, path.slice(1), tag])

/** What every sandbox begins with, read from one that is dropped again, and a token for Live Platform's basePaths. */
export async function begin (server) {
  const ask = (method, path, type, text) => answerOf(server, method, path, type, text)
  const lists = {}
  for (const { tag: resource } of listOperations) lists[resource] = (await ask('GET', `/__sandbox/probe/__admin/records/${resource}`)).records
  const { id: nextId } = await ask('POST', '/__sandbox/probe/__admin/records/files', 'application/json', '{}')
  await ask('DELETE', '/__admin/sandboxes/probe')
  const form = 'grant_type=client_credentials&client_id=ovoc-client&client_secret=ovoc-secret&scope=api://ovoc/.default'
  const { access_token: token } = await ask('POST', '/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token', 'application/x-www-form-urlencoded', form)
  return { world: { lists, nextId }, token }
}

async function answerOf ({ port, patience }, method, url, type, text) {
  const connection = new Connection(port, patience)
  const headers = [['Host', '127.0.0.1'], ...type === undefined ? [] : [['Content-Type', type]]]
  const [answer] = await connection.exchange([bytesOf({ method, url, headers, body: text && Buffer.from(text) })], [method])
  connection.destroy()
  expect(answer?.status < 300, `${method} ${url} is answered ${answer?.status ?? 'not at all'}`)
  return JSON.parse(answer.body)
}
