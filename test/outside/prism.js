import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { start } from './processes.js'

const ovocUrl = /^(?:\/tenantui)?(?:\/api)?\/ovoc\/v1(\/[^?]*?)\/?(\?.*)?$/
const program = fileURLToPath(import.meta.resolve('@stoplight/prism-cli/dist/index.js'))
const targetHeader = 'x-target'

/**
 * Starts Prism with a document. What is sent to `opener`, an address, opens a way through Prism to that address and answers with the way's own.
 * Prism has one upstream and matches the paths of the document as they stand, so a way takes the base path and a trailing slash off the path,
 * neither of which a path of OpenAPI can leave open; behind Prism `back` asks for what the client asked for. Prism runs without `--errors`: with it, it answers
 * itself where a request violates the document, and what it only warns of goes unseen; without, it names every violation in a header.
 */
export async function startPrism (t, document) {
  const seen = { checked: 0, violations: [] }
  const back = await listen(t, (asked, answer) => {
    const { [targetHeader]: target, host, ...headers } = asked.headers
    forward(asked, answer, target, headers)
  })
  const [, prism] = await start(t, program, ['proxy', document, back, '--port', '0'], /Prism is listening on (\S+)/)
  const openWay = upstream => listen(t, (asked, answer) => {
    const [, path, query = ''] = ovocUrl.exec(asked.url) ?? []
    const target = upstream + asked.url
    if (path === undefined) return forward(asked, answer, target, asked.headers)
    forward(asked, answer, prism + path + query, { ...asked.headers, [targetHeader]: target }, note)
  })
  const note = (asked, { headers }) => {
    seen.checked++
    if (headers['sl-violations'] !== undefined) seen.violations.push(`${asked.method} ${asked.url}: ${headers['sl-violations']}`)
  }
  const opener = await listen(t, async (asked, answer) => answer.end(await openWay(await text(asked))))
  return { opener, openWay, seen }
}

async function listen (t, handle) {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => { server.close(); server.closeAllConnections() })
  return `http://127.0.0.1:${server.address().port}`
}

function forward (asked, answer, url, headers, note = () => {}) {
  const sent = request(url, { method: asked.method, headers }, received => {
    note(asked, received)
    answer.writeHead(received.statusCode, spelled(received.headers))
    received.pipe(answer)
  })
  sent.on('error', error => answer.destroy(error))
  asked.pipe(sent)
}

// Prism writes header names in lower case, which one of the client programs does not read.
function spelled (headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.replace(/(?<=^|-)[a-z]/g, letter => letter.toUpperCase()), value]))
}
