interface Entry {
  id: number
  time: string
  operation?: string | null
  method: string
  url: string
  body: unknown
  status: number | null
}
/** What is read of the OpenAPI document of the control API. */
interface ControlDocument { components: { schemas: { RuleCreation: { properties: { preset: { enum: string[] } } } } } }
type Child = string | Node

/** How many entries the table shows, at most. */
const mostEntries = 300
const views = ['overview', 'requests', 'rules', 'state', 'sandboxes']
const main = find('main')
const message = find('#message')
let following: AbortController | undefined
/** How often a view was begun. Only the last one is shown, whichever is ready last. */
let begun = 0

addEventListener('hashchange', show)
show()

function find (selector: string): HTMLElement {
  return document.querySelector(selector) as HTMLElement
}

/** An element; what it holds is text or other elements, never markup. */
function make (name: string, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

function button (text: string, act: () => Promise<unknown>): HTMLElement {
  const element = make('button', { type: 'button' }, text)
  element.addEventListener('click', () => { act().then(show, report) })
  return element
}

function table (names: string[], rows: Child[][]): HTMLElement {
  if (rows.length === 0) return make('p', {}, 'None.')
  const head = make('tr', {}, ...names.map(name => name === '' ? make('td') : make('th', { scope: 'col' }, name)))
  const lines = rows.map(cells => make('tr', {}, ...cells.map(cell => make('td', {}, cell))))
  return make('table', {}, make('thead', {}, head), make('tbody', {}, ...lines))
}

function place (): { sandbox: string, view: string } {
  const [, sandbox = '', view = ''] = /^#(?:\/sandbox\/([\w-]+))?\/(\w+)$/.exec(location.hash) ?? []
  return { sandbox, view: views.includes(view) ? view : 'overview' }
}

function addressOf (view: string, sandbox: string): string {
  return sandbox === '' ? `#/${view}` : `#/sandbox/${sandbox}/${view}`
}

async function send (path: string, method = 'GET', body?: unknown, signal?: AbortSignal): Promise<Response> {
  const { sandbox } = place()
  const token = sessionStorage.getItem('admin-token')
  const response = await fetch(`../${path}`, {
    method,
    headers: {
      ...sandbox !== '' && { 'x-ovoc-mock-sandbox': sandbox },
      ...token !== null && { authorization: `Bearer ${token}` },
      ...body !== undefined && { 'content-type': 'application/json' }
    },
    ...body !== undefined && { body: JSON.stringify(body) },
    ...signal !== undefined && { signal }
  })
  if (response.status === 401) askForToken()
  if (!response.ok) throw new Error((await response.json()).detail ?? `the server answered with ${response.status}`)
  return response
}

async function ask<Answer> (path: string): Promise<Answer> {
  return (await send(path)).json()
}

function askForToken (): void {
  const input = make('input', { type: 'password', id: 'token', autocomplete: 'off' }) as HTMLInputElement
  const form = make('form', {}, make('h2', {}, make('label', { for: 'token' }, 'Admin token')), input,
    make('button', {}, 'Open'))
  form.addEventListener('submit', event => {
    event.preventDefault()
    sessionStorage.setItem('admin-token', input.value)
    show()
  })
  main.replaceChildren(form)
}

function report (error: Error): void {
  if (error.name !== 'AbortError') message.textContent = error.message
}

function show (): void {
  following?.abort()
  const own = ++begun
  const { sandbox, view } = place()
  message.textContent = ''
  find('nav').replaceChildren(...views.map(name => make('a', {
    href: addressOf(name, sandbox), ...name === view && { 'aria-current': 'page' }
  }, name)))
  find('#sandbox').textContent = `Sandbox: ${sandbox === '' ? 'default' : sandbox}`
  const shown: Record<string, () => Promise<Child[]>> = { overview, requests, rules, state, sandboxes }
  shown[view]?.().then(children => {
    if (own === begun) main.replaceChildren(...children)
  }, report)
}

async function overview (): Promise<Child[]> {
  const health = await ask<{ version: string, seed: number, counts: Record<string, number> }>('health')
  const links = [['../../docs', 'Try OVOC’s API'], ['../../openapi.json', 'OpenAPI of OVOC'],
    ['../openapi.json', 'OpenAPI of the control API']] as const
  return [
    make('h2', {}, `Version ${health.version}, seed ${health.seed}`),
    table(['Resource', 'Records'], Object.entries(health.counts).map(([name, count]) => [name, String(count)])),
    make('h2', {}, 'Documents'), ...links.map(([href, text]) => make('p', {}, make('a', { href }, text)))
  ]
}

async function requests (): Promise<Child[]> {
  const entries: Entry[] = []
  const rows = make('div', { class: 'requests' })
  const detail = make('div')
  const filter = make('input', { 'aria-label': 'Filter requests', placeholder: 'Filter' }) as HTMLInputElement
  let isDrawing = false
  const draw = () => {
    isDrawing = false
    const wanted = entries.filter(entry => summaryOf(entry).join(' ').includes(filter.value)).reverse()
    rows.replaceChildren(table(['Time', 'Method', 'Path', 'Operation', 'Status', ''], wanted.map(entry => {
      const [time = '', method = '', path = '', operation = '', status = ''] = summaryOf(entry)
      const isBad = entry.status === null || entry.status >= 400
      const shownStatus = make('span', isBad ? { class: 'bad' } : {}, status)
      return [time, method, path, operation, shownStatus, inspect(entry, detail)]
    })))
  }
  const drawSoon = () => {
    if (!isDrawing) requestAnimationFrame(draw)
    isDrawing = true
  }
  filter.addEventListener('input', drawSoon)
  following = new AbortController()
  keepFollowing(entry => {
    // After a restart of the server, ids begin again.
    if (entry.id <= (entries.at(-1)?.id ?? 0)) entries.length = 0
    entries.push(entry)
    if (entries.length > mostEntries) entries.shift()
    drawSoon()
  }, following.signal)
  drawSoon()
  return [make('h2', {}, 'Requests'), filter, button('Clear', () => send('requests', 'DELETE')), detail, rows]
}

/** What a row shows of a request, as texts. */
function summaryOf ({ time, method, url, operation, status }: Entry): string[] {
  return [time.slice(11, 23), method, url, operation ?? '', String(status ?? 'closed')]
}

function inspect (entry: Entry, detail: HTMLElement): HTMLElement {
  const element = make('button', { type: 'button', 'aria-label': `Show request ${entry.id}` }, 'Show')
  element.addEventListener('click', () => {
    const rule = { match: { operation: entry.operation }, status: 503 }
    detail.replaceChildren(
      make('pre', { tabindex: '0' }, JSON.stringify(entry, null, 2)),
      button('Copy as curl', () => navigator.clipboard.writeText(curlOf(entry))),
      ...typeof entry.operation === 'string'
        ? [button('Make this fail', () => send('rules', 'POST', rule))]
        : []
    )
    detail.scrollIntoView()
  })
  return element
}

/** A command that sends a request again. What the journal hides is hidden here too. */
function curlOf ({ method, url, body }: Entry): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  const data = body === null ? '' : ` -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`
  return `curl -g -X ${method}${data} ${quoted(new URL(url, new URL('../../', location.href)).href)}`
}

/** Follows the requests, those of before too, and again when the server is back. */
async function keepFollowing (take: (entry: Entry) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await follow(entry => {
      message.textContent = ''
      take(entry)
    }, signal).catch(report)
    await new Promise(resolve => setTimeout(resolve, 1000))
  }
}

/** Reads the stream of requests with fetch, which can send a token, unlike EventSource. */
async function follow (take: (entry: Entry) => void, signal: AbortSignal): Promise<void> {
  const { body } = await send('requests/stream?since=0', 'GET', undefined, signal)
  message.textContent = ''
  const reader = (body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
    const lines = (rest + value).split('\n')
    rest = lines.pop() as string
    for (const line of lines) {
      const entry = line.startsWith('data:') ? JSON.parse(line.slice(5)) as Entry : undefined
      if (entry?.method !== undefined) take(entry)
    }
  }
  throw new Error('The server has ended the stream of requests; the page tries to follow it again.')
}

async function rules (): Promise<Child[]> {
  const { rules } = await ask<{ rules: Array<{ id: number }> }>('rules')
  const { components } = await ask<ControlDocument>('openapi.json')
  const presets = components.schemas.RuleCreation.properties.preset.enum
  return [
    make('h2', {}, 'Presets'), ...presets.map(preset => button(preset, () => send('rules', 'POST', { preset }))),
    make('h2', {}, 'Rules'),
    table(['Id', 'Rule', ''], rules.map(rule => [String(rule.id), make('code', {}, JSON.stringify(rule)),
      button('Delete', () => send(`rules/${rule.id}`, 'DELETE'))])),
    button('Delete all', () => send('rules', 'DELETE'))
  ]
}

async function state (): Promise<Child[]> {
  const clock = await ask<{ now: string, frozen: boolean }>('clock')
  return [
    make('h2', {}, 'Clock'), make('p', {}, `${clock.now}${clock.frozen ? ', frozen' : ''}`),
    button(clock.frozen ? 'Run' : 'Freeze', () => send('clock', 'PUT', { frozen: !clock.frozen })),
    make('h2', {}, 'Records, rules and requests'), button('Reset', () => send('reset', 'POST'))
  ]
}

async function sandboxes (): Promise<Child[]> {
  interface Facts { name: string, changes: number, idleSeconds: number }
  const { sandboxes } = await ask<{ sandboxes: Facts[] }>('sandboxes')
  const rows = sandboxes.map(({ name, changes, idleSeconds }) => [
    make('a', { href: addressOf('requests', name) }, name), String(changes), `${idleSeconds} s`,
    name === 'default' ? '' : button('Drop', () => send(`sandboxes/${name}`, 'DELETE'))
  ])
  return [make('h2', {}, 'Sandboxes'), table(['Name', 'Changes', 'Idle', ''], rows)]
}
