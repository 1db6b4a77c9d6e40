import { Finding, expect } from './finding.js'

/** What Node's own parser forgives, and other clients don't, is a finding here. */
const statusLine = /^HTTP\/1\.1 ([1-5]\d\d) [ -~]*$/
// A tab may stand within a value. Source: RFC 9110, section 5.5.
const headerLine = /^([A-Z][A-Za-z0-9-]*): ([\t -~\u0080-\u00ff]*)$/

/**
 * Reads one answer at the beginning of some bytes; undefined when it is not whole yet.
 * @throws {Finding} for what is not HTTP/1.1 to the letter.
 */
export function readAnswer (bytes, method) {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [first, ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const status = Number((statusLine.exec(first) ?? malformed('status line', first))[1])
  const headers = readHeaders(lines)
  const content = readContent(bytes, end + 4, method, status, headers)
  return content && { status, headers, ...content }
}

function readHeaders (lines) {
  const headers = new Map()
  for (const line of lines) {
    const [, name, value] = headerLine.exec(line) ?? malformed('header', line)
    expect(!headers.has(name), () => `the header ${name} is there twice`)
    headers.set(name, value)
  }
  return headers
}

function readContent (bytes, start, method, status, headers) {
  const length = headers.get('Content-Length')
  const encoding = headers.get('Transfer-Encoding')
  expect(length === undefined || encoding === undefined, 'an answer has both Content-Length and Transfer-Encoding')
  if (status < 200 || status === 204) {
    expect(length === undefined && encoding === undefined, `a ${status} announces a body`)
    return { body: Buffer.alloc(0), size: start }
  }
  if (method === 'HEAD' || status === 304) return { body: Buffer.alloc(0), size: start }
  if (encoding !== undefined) return readChunks(bytes, start)
  expect(/^\d+$/.test(length), `the Content-Length is ${length}`)
  const size = start + Number(length)
  return size > bytes.length ? undefined : { body: bytes.subarray(start, size), size }
}

function readChunks (bytes, start) {
  const chunks = []
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) return undefined
    const line = bytes.toString('latin1', at, lineEnd)
    const length = parseInt(/^[\da-f]+$/i.test(line) ? line : malformed('chunk', line), 16)
    const next = lineEnd + 2 + length
    if (next + 2 > bytes.length) return undefined
    if (bytes.toString('latin1', next, next + 2) !== '\r\n') malformed('chunk end', bytes.toString('latin1', next, next + 2))
    if (length === 0) return { body: Buffer.concat(chunks), size: next + 2 }
    chunks.push(bytes.subarray(lineEnd + 2, next))
    at = next + 2
  }
}

function malformed (what, got) {
  throw new Finding(`the answer is not HTTP/1.1: its ${what} is ${JSON.stringify(got.slice(0, 200))}`)
}
