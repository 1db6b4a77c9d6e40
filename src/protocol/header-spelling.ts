import { ServerResponse } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http'

/** A response whose header names leave as `Content-Type`, not `content-type`: a client in use reads them case-sensitively. */
export class SpelledResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  override setHeader (name: string, value: number | string | readonly string[]): this {
    return super.setHeader(spellHeader(name), value)
  }

  override writeHead (statusCode: number, ...rest: unknown[]): this {
    const headers = rest.at(-1)
    if (isHeaderObject(headers)) {
      rest[rest.length - 1] = spellHeaders(headers)
      // Of what is written as a list Node tells nobody.
      if (headers['connection'] === 'close') this.shouldKeepAlive = false
    }
    return super.writeHead(statusCode, ...rest as [OutgoingHttpHeader[]])
  }
}

function isHeaderObject (value: unknown): value is OutgoingHttpHeaders {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// A list of names and values leaves as it is, where Node would read an object name by name again.
function spellHeaders (headers: OutgoingHttpHeaders): OutgoingHttpHeader[] {
  const spelled: OutgoingHttpHeader[] = []
  for (const name in headers) spelled.push(spellHeader(name), headers[name] as OutgoingHttpHeader)
  return spelled
}

// The names of nearly every answer, and those that are no plain capitalisation.
const knownSpellings: Record<string, string | undefined> = {
  'content-type': 'Content-Type',
  'access-control-allow-origin': 'Access-Control-Allow-Origin',
  'access-control-allow-credentials': 'Access-Control-Allow-Credentials',
  'content-length': 'Content-Length',
  vary: 'Vary',
  etag: 'ETag',
  'www-authenticate': 'WWW-Authenticate'
}

function spellHeader (name: string): string {
  return knownSpellings[name] ?? name.replace(/(?<=^|-)[a-z]/g, letter => letter.toUpperCase())
}
