import type { OvocApp } from '../protocol/operations.ts'

/** Brings a request of the control API to a server, whatever lies between; a body that is no JSON comes back as text. */
export type Send = (method: string, path: string, body?: object) => Promise<{ status: number, body: unknown, url: string }>

/**
 * Sends over the network to the server at `url`.
 * @throws with the network's reason when it does not answer.
 */
export function sendOverFetch (url: string, adminToken: string): Send {
  return async (method, path, body) => {
    const answer = await fetch(url + path, { method, ...contentOf(body, adminToken) })
      .catch(error => { throw new Error(`${url} does not answer: ${error.cause?.message ?? error.message}`, { cause: error }) })
    return { status: answer.status, body: read(await answer.text()), url: url + path }
  }
}

/** A server in the same process takes no requests any more. */
export class ServerClosed extends Error {
  override readonly name = 'ServerClosed'
}

/**
 * Hands requests to a server in the same process, without a socket.
 * @throws {ServerClosed}
 */
export function sendInto (app: OvocApp, adminToken: string): Send {
  return async (method, path, body) => {
    if (app.sandboxes.areClosed) throw new ServerClosed('the server is closed')
    const answer = await app.inject({ method: method as 'GET', url: path, ...contentOf(body, adminToken) })
    return { status: answer.statusCode, body: read(answer.body), url: path }
  }
}

function contentOf (body: object | undefined, adminToken: string) {
  return {
    headers: {
      ...adminToken !== '' && { authorization: `Bearer ${adminToken}` },
      ...body !== undefined && { 'content-type': 'application/json' }
    },
    ...body !== undefined && { body: JSON.stringify(body) }
  }
}

function read (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
