import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { NetworkInterfaceInfo } from 'node:os'
import type { FastifyInstance } from 'fastify'

/**
 * Listens on an address. `localhost` means 127.0.0.1, and also ::1 if this machine has it.
 *
 * For ::1, Fastify would start a second server. That server would ignore a port that is taken. Its connections would be
 * cut off once the first server has closed. Bytes that are not HTTP would get Node's response, not OVOC's.
 * @returns the server's URL, and a function that listens on another port, whose requests belong to a sandbox.
 * @throws the system's error if it can't listen there.
 */
export async function listen (
  app: FastifyInstance, host: string, port: number, isTls: boolean
): Promise<{ url: string, openPort: (sandboxName: string, port: number) => Promise<string> }> {
  const further = new Set<Server>()
  app.addHook('onClose', async () => {
    await Promise.all(Array.from(further, server => new Promise(resolve => server.close(resolve))))
  })
  const listenToo = async (port: number, host: string): Promise<number> => {
    const options = { allowHalfOpen: true, noDelay: true }
    const server = createServer(options, socket => app.server.emit('connection', socket))
    await once(server.listen(port, host), 'listening')
    further.add(server)
    return (server.address() as AddressInfo).port
  }

  // Fastify would log each address. The caller prints them in its own way.
  const { level } = app.log
  app.log.level = 'silent'
  await app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port })
  app.log.level = level

  const main = app.server.address() as AddressInfo
  const own = Object.values(networkInterfaces()).flat() as NetworkInterfaceInfo[]
  const isLocalhost = host === 'localhost'
  if (isLocalhost && own.some(({ address }) => address === '::1')) await listenToo(main.port, '::1')

  const name = isLocalhost ? host : main.family === 'IPv6' ? `[${main.address}]` : main.address
  const origin = `${isTls ? 'https' : 'http'}://${name}`
  return {
    url: `${origin}:${main.port}`,
    async openPort (sandboxName, wanted) {
      const port = await listenToo(wanted, main.address)
      app.sandboxes.ofPorts.set(port, sandboxName)
      return `${origin}:${port}`
    }
  }
}
