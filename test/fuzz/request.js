/** The largest body that the server reads, in bytes. */
export const largestBody = 1024 * 1024

/**
 * A request, before it is written down: `url` is its path and query as sent, `headers` a list of names and values,
 * `operation` what the documents have of it, if they have.
 */
export function bytesOf ({ method, url, headers, body }, isChunked = false) {
  const framing = body === undefined ? [] : isChunked ? [['Transfer-Encoding', 'chunked']] : [['Content-Length', body.length]]
  const lines = [...headers, ...framing].map(([name, value]) => `${name}: ${value}\r\n`)
  const head = Buffer.from(`${method} ${url} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
  if (body === undefined) return head
  return Buffer.concat([head, ...isChunked ? chunksOf(body) : [body]])
}

function chunksOf (body) {
  const middle = body.length >> 1
  const parts = [body.subarray(0, middle), body.subarray(middle)].filter(({ length }) => length > 0)
  return [...parts.flatMap(part => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]), Buffer.from('0\r\n\r\n')]
}

/** A line for a shell that sends the same; a request that is bytes alone goes to its port as they are. */
export function shellLine (request, port) {
  if (Buffer.isBuffer(request)) return `printf ${quote(percentFree(escaped(request)))} | nc 127.0.0.1 ${port}`
  const { method, url, headers, body } = request
  const given = headers.filter(([name]) => name !== 'Host').flatMap(([name, value]) => ['-H', quote(`${name}: ${value}`)])
  const data = body === undefined ? [] : ['--data-binary', `$${quote(escaped(body))}`]
  return ['curl -g --path-as-is', method === 'HEAD' ? '--head' : `-X ${method}`, ...given, ...data, quote(`http://127.0.0.1:${port}${url}`)].join(' ')
}

function quote (text) {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function percentFree (text) {
  return text.replaceAll('%', '%%')
}

function escaped (bytes) {
  return bytes.toString('latin1').replaceAll('\\', '\\\\').replaceAll(/[^ -~]|'/g, sign => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
