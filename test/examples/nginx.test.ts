import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const adminToken = 's3cret'
const token = { authorization: `Bearer ${adminToken}` }
const hasNginx = spawnSync('nginx', ['-v']).error === undefined
const names = Array.from({ length: 24 }, (_, index) => `worker-${index}`)

/** Starts nginx with the configuration of the examples in front of these replicas, and returns its URL. */
async function startNginx (t: Test, replicas: string[]): Promise<string> {
  const port = await freePort()
  const folder = t.testdir({ 'nginx.conf': configuration(replicas, port, t.testdirName) })
  const nginx = spawn('nginx', ['-e', 'stderr', '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'inherit'] })
  t.teardown(async () => {
    nginx.kill('SIGQUIT')
    await once(nginx, 'exit')
  })
  const url = `http://127.0.0.1:${port}`
  while (await fetch(`${url}/__admin/health`).then(({ ok }) => !ok, () => true)) if (nginx.exitCode !== null) throw new Error('nginx ended')
  return url
}

function configuration ([one, two]: string[], port: number, folder: string): string {
  return readFileSync('examples/nginx/nginx.conf', 'utf8')
    .replace('ovoc-mock-1:4010', new URL(one as string).host)
    .replace('ovoc-mock-2:4010', new URL(two as string).host)
    .replace('listen 4010', `listen 127.0.0.1:${port}`)
    .replace('/tmp/', `${folder}/`)
}

async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function sandboxesOf (url: string): Promise<string[]> {
  const { sandboxes } = await (await fetch(`${url}/__admin/sandboxes`, { headers: token })).json() as { sandboxes: Array<{ name: string }> }
  return sandboxes.map(({ name }) => name).filter(name => name !== 'default')
}

t.test('a proxy that hashes on the sandbox keeps each sandbox in one replica, by header and by path', { skip: !hasNginx && 'nginx is not installed' }, async t => {
  const replicas = await Promise.all([start(t, { seed: 7, customers: 5, adminToken }), start(t, { seed: 7, customers: 5, adminToken })])
  const url = await startNginx(t, replicas.map(({ url }) => url))
  for (const name of names) {
    const headers = { 'content-type': 'application/json', 'x-ovoc-mock-sandbox': name }
    t.equal((await fetch(url + path, { method: 'PUT', headers, body: JSON.stringify({ description: name }) })).status, 200)
  }
  for (const name of names) {
    const byPath = await (await fetch(`${url}/__sandbox/${name}${path}`)).json() as { description: string }
    const byHeader = await (await fetch(url + path, { headers: { 'x-ovoc-mock-sandbox': name } })).json() as { description: string }
    t.same([byPath.description, byHeader.description], [name, name])
  }
  const [inOne, inTwo] = await Promise.all(replicas.map(({ url }) => sandboxesOf(url))) as [string[], string[]]
  t.ok(inOne.length > 0 && inTwo.length > 0, `${inOne.length} and ${inTwo.length}`)
  t.same([...inOne, ...inTwo].sort(), [...names].sort())
})

t.test('control through a proxy requires the admin token', { skip: !hasNginx && 'nginx is not installed' }, async t => {
  for (const { given, headers, status } of [{ given: adminToken, headers: token, status: 200 }, { given: adminToken, headers: {}, status: 401 }, { given: '', headers: {}, status: 403 }]) {
    await t.test(`the response is ${status}`, async t => {
      const { url } = await start(t, { adminToken: given })
      t.equal((await fetch(`${await startNginx(t, [url, url])}/__admin/reset`, { method: 'POST', headers })).status, status)
    })
  }
})

t.test('replicas with the same seed have the same records', async t => {
  const replicas = await Promise.all([start(t, { seed: 7, customers: 5 }), start(t, { seed: 7, customers: 5 })])
  const [one, two] = await Promise.all(replicas.map(async ({ url }) => (await fetch(`${url}/ovoc/v1/topology/lcCustomers?detail=1`)).text()))
  t.equal(one, two)
})
