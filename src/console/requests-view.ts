import { addressOf, ask, pause, send, textOf } from './calls.ts'
import { asJson, button, copyButton, field, input, link, make, report, say, scrolling, select } from './elements.ts'
import type { Child, Page } from './elements.ts'

/** The fields of a request that a row shows. */
interface Brief {
  id: number
  time: string
  operation: string | null
  method: string
  url: string
  status: number | null
  milliseconds: number
  reason: string | null
}
interface Entry extends Brief {
  resource: string | null
  path: string
  params: Record<string, unknown>
  query: Record<string, unknown>
  headers: Record<string, unknown>
  body: unknown
  response: { headers: Record<string, unknown>, body: unknown, bytes: number }
}

/** The most rows of the table. A browser takes 30 ms to lay out this many rows. */
const maxRows = 60
/** How long the page works without a break, and how long it rests between two drawings, in milliseconds. */
const turn = 20
const rest = 250
/** The text that the journal shows instead of a secret. */
const hidden = '…'

/** Shows earlier requests of the sandbox, and new ones as they arrive. */
export async function requests ({ signal }: Page): Promise<Child[]> {
  const rows = make('tbody')
  const empty = make('p', { class: 'empty' })
  const detail = make('section', { 'aria-label': 'Request' })
  const operation = select([['', 'any']])
  const status = select([['', 'any'], ['2', '2xx'], ['3', '3xx'], ['4', '4xx'], ['5', '5xx'], ['null', 'closed']])
  const text = input({ type: 'search', placeholder: 'customers', 'aria-keyshortcuts': '/' })

  // These entries came since the last drawing. They are never more than the rows of the table.
  let fresh: Brief[] = []
  let isPaused = false
  let isStale = false
  let isDrawing = false
  const draw = async () => {
    isStale = true
    if (isDrawing) return
    isDrawing = true
    await new Promise(requestAnimationFrame)
    isStale = false
    if (!isPaused) {
      rows.prepend(...fresh.reverse().map(entry => rowOf(entry, detail)))
      fresh = []
      while (rows.children.length > maxRows) rows.lastElementChild?.remove()
    }
    pausing.textContent = isPaused ? `Go on (${fresh.length}${fresh.length === maxRows ? '+' : ''} new)` : 'Pause'
    empty.textContent = rows.children.length > 0 ? '' : 'None. Requests are shown here as they come.'
    await pause(rest)
    isDrawing = false
    if (isStale) draw()
  }
  const pausing = button('Pause', () => {
    isPaused = !isPaused
    return draw()
  })

  const isWanted = (entry: Brief) => entry.method !== undefined &&
    (operation.value === '' || entry.operation === operation.value) &&
    (status.value === '' || String(entry.status).startsWith(status.value)) &&
    entry.url.includes(text.value)
  const take = (entry: Brief) => {
    if (typeof entry.operation === 'string' && !known.has(entry.operation)) {
      known.add(entry.operation)
      operation.append(make('option', {}, entry.operation))
    }
    if (!isWanted(entry)) return
    fresh.push(entry)
    if (fresh.length > maxRows) fresh.shift()
    draw()
  }
  const known = new Set<string>()

  // A changed filter reads the whole journal again, so it also finds requests that have no row.
  let following = new AbortController()
  const restart = () => {
    following.abort()
    following = new AbortController()
    keepFollowing(take, AbortSignal.any([signal, following.signal]), () => {
      fresh = []
      rows.replaceChildren()
      draw()
    })
  }
  let typing = 0
  for (const choice of [operation, status]) choice.addEventListener('change', restart)
  text.addEventListener('input', () => {
    clearTimeout(typing)
    typing = setTimeout(restart, 200)
  })
  restart()

  const clear = button('Clear', async () => {
    await send('requests', { method: 'DELETE' })
    detail.replaceChildren()
    restart()
  })
  const names = ['Time', 'Method', 'Path', 'Operation', 'Status', 'ms', '']
  const head = make('tr', {}, ...names.map(name => name === '' ? make('td') : make('th', { scope: 'col' }, name)))
  return [
    make('h2', {}, 'Requests'),
    make('div', { class: 'fields' }, field('Path', text), field('Operation', operation), field('Status', status),
      make('span', { class: 'actions' }, pausing, clear)),
    detail,
    scrolling(make('table', { class: 'requests' }, make('thead', {}, head), rows)), empty
  ]
}

function rowOf (entry: Brief, detail: HTMLElement): HTMLElement {
  const { id, time, method, url, operation, status, milliseconds, reason } = entry
  const show = button('Show', async () => {
    detail.replaceChildren(...inspect(await ask<Entry>(`requests/${id}`), detail))
    detail.scrollIntoView({ block: 'nearest' })
  }, { 'aria-label': `Show request ${id}` })
  const isBad = status === null || status >= 400
  const cells: Child[] = [
    time.slice(11, 23), method,
    make('span', {}, url, ...reason === null ? [] : [make('small', {}, reason)]),
    operation ?? '', make('span', isBad ? { class: 'bad' } : {}, String(status ?? 'closed')),
    milliseconds.toFixed(1), show
  ]
  return make('tr', {}, ...cells.map(cell => make('td', {}, cell)))
}

/** Shows a request and its response side by side, with buttons to reuse them. */
function inspect (entry: Entry, detail: HTMLElement): Child[] {
  const { id, method, path, url, headers, body, status, response, milliseconds, reason, operation } = entry
  const fixture = fixtureOf(entry)
  return [
    make('h2', {}, `Request ${id}`),
    make('div', { class: 'panes' },
      pane(`${method} ${url}`, headers, body),
      pane(`${status ?? 'closed without a response'}, ${milliseconds} ms, ${response.bytes} bytes`,
        response.headers, response.body)),
    ...reason === null ? [] : [make('p', { class: 'reason' }, reason)],
    make('p', { class: 'actions' },
      copyButton('Copy as curl', () => curlOf(entry), noteOf(curlOf(entry))),
      copyButton('Copy as verify', () => verificationOf(entry), noteOf(verificationOf(entry))),
      ...fixture === undefined
        ? []
        : [copyButton('Copy as fixture', () => fixture,
            noteOf(fixture, `Copied, for a file ${entry.resource}.json of fixtures.`))],
      link('Make this fail', addressOf('rules', operation === null ? { path } : { operation }), { class: 'button' }),
      button('Close', () => detail.replaceChildren()))
  ]
}

function noteOf (copied: string, note = 'Copied.'): string {
  return copied.includes('…') ? `${note} Hidden values stand as …: fill them in, or leave them out.` : note
}

function pane (title: string, headers: Record<string, unknown>, body: unknown): HTMLElement {
  const lines = Object.entries(headers).map(([name, value]) =>
    make('div', {}, make('dt', {}, name), make('dd', {}, [value].flat().join(', '))))
  return make('div', {}, make('h3', {}, title), make('dl', { class: 'headers' }, ...lines),
    body === null
      ? make('p', { class: 'empty' }, 'No body.')
      : make('pre', { tabindex: '0' }, typeof body === 'string' ? body : asJson(body)))
}

/** Returns a command that sends a request again. Secrets that the journal hides stay hidden. */
function curlOf ({ method, url, body }: Entry): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  const data = body === null ? '' : ` -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`
  return `curl -g -X ${method}${data} ${quoted(new URL(url, new URL('../../', location.href)).href)}`
}

/** Returns a line of a test that verifies this request. Secrets that the journal hides are left out. */
function verificationOf ({ operation, method, path, params, query, body, status, reason }: Entry): string {
  const shown = (fields: Record<string, unknown>) => {
    const kept = Object.entries(fields).filter(([, value]) => !JSON.stringify(value).includes(hidden))
    return kept.length === 0 ? undefined : Object.fromEntries(kept)
  }
  // A rejected request may have parameters that no operation has. Then its path identifies it.
  const isOperation = operation !== null && reason === null
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  const expectation = {
    ...isOperation ? { operation, params: shown(params) } : { method, path },
    query: shown(query),
    body: isObject ? shown(body as Record<string, unknown>) : undefined,
    status
  }
  return `await ovoc.requests.verify(${asJson(expectation)})\n`
}

/** Returns the records of a response in the form of a fixture file, or undefined if there are none. */
function fixtureOf ({ resource, status, response: { body } }: Entry): string | undefined {
  const isSuccess = status === 200 || status === 201
  if (resource === null || !isSuccess || typeof body !== 'object' || body === null) return undefined
  const [list] = Object.values(body)
  const isList = Object.keys(body).length === 1 && Array.isArray(list)
  return `${asJson(isList ? list : [body])}\n`
}

/** Follows the requests, including earlier ones. It starts again when the server is back. */
async function keepFollowing (take: (entry: Brief) => void, signal: AbortSignal, begin: () => void): Promise<void> {
  while (!signal.aborted) {
    await follow(take, signal, begin).catch(report)
    await pause(1000)
  }
}

/** Reads the stream of requests. It uses fetch, because EventSource can't send a token. */
async function follow (take: (entry: Brief) => void, signal: AbortSignal, begin: () => void): Promise<void> {
  const response = await send('requests/stream?since=0&brief=true', { signal })
  begin()
  let isSaid = true
  let rest = ''
  let began = performance.now()
  for await (const part of textOf(response)) {
    const lines = (rest + part).split('\n')
    rest = lines.pop() as string
    for (const line of lines) {
      if (!line.startsWith('data:')) continue
      take(JSON.parse(line.slice(5)))
      if (performance.now() - began < turn) continue
      // Let the browser do other work, including drawing.
      await pause(0)
      if (signal.aborted) return
      began = performance.now()
    }
    if (isSaid) say('')
    isSaid = false
  }
  throw new Error('The server has ended the stream of requests; the page tries to follow it again.')
}
