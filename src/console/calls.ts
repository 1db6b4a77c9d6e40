/** The parts of the page's address: `#/sandbox/<name>/<view>/<further>…?<query>`. */
export interface Place { sandbox: string, view: string, further: string[], query: URLSearchParams }

export function readPlace (): Place {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split(/\?(.*)/s)
  const names = path.split('/')
  const sandbox = names[0] === 'sandbox' ? names.splice(0, 2)[1] ?? '' : ''
  const [view = '', ...further] = names
  return { sandbox: /^[\w-]+$/.test(sandbox) ? sandbox : '', view, further, query: new URLSearchParams(query) }
}

/** Returns the address of a view in a sandbox. Default: the sandbox that is shown. */
export function addressOf (path: string, query: Record<string, string> = {}, sandbox = readPlace().sandbox): string {
  const parameters = String(new URLSearchParams(query))
  const given = parameters === '' ? '' : `?${parameters}`
  return `${sandbox === '' ? '#/' : `#/sandbox/${sandbox}/`}${path}${given}`
}

/** Returns the URL by which programs reach the sandbox that is shown. Paths follow it, for example `/ovoc/v1`. */
export function serverUrl (): string {
  const { sandbox } = readPlace()
  const { href } = new URL('../..', location.href)
  return `${href.replace(/\/$/, '')}${sandbox === '' ? '' : `/__sandbox/${sandbox}`}`
}

/** Thrown if the server rejects a request. It holds what the server said. */
export class Refusal extends Error {
  readonly status: number
  readonly problems: readonly string[]

  constructor (status: number, detail: string, problems: readonly string[]) {
    super(detail)
    this.status = status
    this.problems = problems
  }
}

export interface Sending { method?: string, body?: unknown, signal?: AbortSignal }

/**
 * Sends a request to the control API, in the sandbox that is shown.
 * @throws {Refusal} if the server rejects it.
 */
export async function send (path: string, { method = 'GET', body, signal }: Sending = {}): Promise<Response> {
  const { sandbox } = readPlace()
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
  }).catch(error => {
    throw error.name === 'AbortError' ? error : new Error('The server does not answer.')
  })
  if (response.ok) return response
  const { detail = `the server answered ${response.status}`, problems = [] } = await response.json().catch(() => ({}))
  throw new Refusal(response.status, detail, problems)
}

export async function ask<Result> (path: string, sending?: Sending): Promise<Result> {
  return (await send(path, sending)).json()
}

/** Yields the text of a response in parts as they arrive. Ending the generator cancels the response. */
export async function * textOf ({ body }: Response): AsyncGenerator<string> {
  const reader = (body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader()
  try {
    for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) yield value as string
  } finally {
    reader.cancel().catch(() => {})
  }
}

/** Calls `act` at once and then repeatedly, with a pause between, until the signal. It skips calls on a hidden page. */
export async function repeat (signal: AbortSignal, act: () => Promise<unknown>, milliseconds = 1000): Promise<void> {
  while (!signal.aborted) {
    if (!document.hidden) await act()
    await pause(milliseconds)
  }
}

export function pause (milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}

export interface Health {
  version: string
  seed: number
  uptimeSeconds: number
  memoryBytes: number
  counts: Record<string, number>
}

export interface FixtureState {
  problems: string[]
  lost: string[]
}

export interface SandboxFacts {
  name: string
  changes: number
  requests: number
  ageSeconds: number
  idleSeconds: number
}
