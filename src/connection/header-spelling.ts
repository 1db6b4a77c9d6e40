import { ServerResponse } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http'

/**
 * A response with header names such as `Content-Type`, not `content-type`. Some clients compare them case-sensitively.
 */
export class SpelledResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  override setHeader (name: string, value: number | string | readonly string[]): this {
    return super.setHeader(spell(name), value)
  }

  override writeHead (statusCode: number, ...rest: unknown[]): this {
    const headers = rest.at(-1) as OutgoingHttpHeaders | unknown[] | string | null | undefined
    if (typeof headers === 'object' && headers !== null && !Array.isArray(headers)) {
      // Node sends a list of names and values as it is. It would look up the headers of an object again, name by name.
      const spelled: OutgoingHttpHeader[] = []
      for (const name in headers) spelled.push(spell(name), headers[name] as OutgoingHttpHeader)
      rest[rest.length - 1] = spelled
    }
    return super.writeHead(statusCode, ...rest as [OutgoingHttpHeader[]])
  }
}

// The names in almost every response, and the names that are not simply capitalised.
const known: Record<string, unknown> = {
  'content-type': 'Content-Type',
  'access-control-allow-origin': 'Access-Control-Allow-Origin',
  'access-control-allow-credentials': 'Access-Control-Allow-Credentials',
  'content-length': 'Content-Length',
  date: 'Date',
  vary: 'Vary',
  etag: 'ETag',
  'www-authenticate': 'WWW-Authenticate'
}

function spell (name: string): string {
  // Not every property is a spelling: objects also have `constructor`.
  const spelling = known[name]
  return typeof spelling === 'string' ? spelling : name.replace(/(?<=^|-)[a-z]/g, letter => letter.toUpperCase())
}
