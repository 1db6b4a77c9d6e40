import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { NetworkInterfaceInfo } from 'node:os'
import type { FastifyInstance } from 'fastify'

/**
 * Listens on an address; `localhost` is 127.0.0.1, and ::1 where this machine has it.
 *
 * For ::1, Fastify would start a second server of its own. That one would ignore a port that is taken. Its connections
 * would be cut off once the first server has closed, and bytes that are not HTTP would get Node's response, not OVOC's.
 * @returns the server's URL.
 * @throws the system's error if it can't listen there.
 */
export async function listen (app: FastifyInstance, host: string, port: number, isTls: boolean): Promise<string> {
  const isLocalhost = host === 'localhost'
  const own = Object.values(networkInterfaces()).flat() as NetworkInterfaceInfo[]
  const second = isLocalhost && own.some(({ address }) => address === '::1')
    ? createServer({ allowHalfOpen: true, noDelay: true }, socket => app.server.emit('connection', socket))
    : undefined
  if (second !== undefined) app.addHook('onClose', async () => { await new Promise(resolve => second.close(resolve)) })

  // Fastify logs each address, which the caller prints in its own way.
  const { level } = app.log
  app.log.level = 'silent'
  await app.listen({ host: isLocalhost ? '127.0.0.1' : host, port })
  app.log.level = level

  const main = app.server.address() as AddressInfo
  if (second !== undefined) await once(second.listen(main.port, '::1'), 'listening')

  const name = isLocalhost ? host : main.family === 'IPv6' ? `[${main.address}]` : main.address
  return `${isTls ? 'https' : 'http'}://${name}:${main.port}`
}
