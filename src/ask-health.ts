import { once } from 'node:events'
import { get as getPlain } from 'node:http'
import { get as getSecurely } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

interface Question { url: string, port: number, https: boolean, insecure: boolean }

const patience = 2000

/**
 * What a running server says of its health.
 * @throws what its address does or answers instead, within two seconds.
 */
export async function askHealth (question: Question): Promise<string> {
  const address = addressOf(question)
  // On this machine nobody else can stand behind the port, so its certificate need not prove anything.
  const answer = await ask(address, question.insecure || question.url === '').catch(error => { throw new Error(`${address} does not answer: ${(error.cause ?? error).message}`) })
  if (answer.statusCode !== 200) throw new Error(`${address} answers ${answer.statusCode}`)
  const said = await text(answer)
  if (!said.startsWith('{"status":"ok"')) throw new Error(`${address} is not ovoc-mock`)
  return said
}

function addressOf ({ url, port, https }: Question): string {
  const server = url || `${https ? 'https' : 'http'}://127.0.0.1:${port}`
  return `${server.replace(/\/$/, '')}/__admin/health`
}

async function ask (address: string, insecure: boolean): Promise<IncomingMessage> {
  const signal = AbortSignal.timeout(patience)
  const request = address.startsWith('https:') ? getSecurely(address, { signal, rejectUnauthorized: !insecure }) : getPlain(address, { signal })
  const [answer] = await once(request, 'response')
  return answer
}
