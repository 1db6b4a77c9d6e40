import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { buffer } from 'node:stream/consumers'

const path = '/ovoc/v1/topology/customers/85844'
const rule = { name: 'Rule', ruleDestType: 'SYSLOG', destSyslog: { syslogServerIP: '10.0.0.9', syslogServerPort: 514 } }

/** Somebody who uses a sandbox as a test does, leaves it, and comes again under another name. */
export class Visitor {
  visits = 0
  #agent = new Agent({ keepAlive: true })
  #origin
  #name
  #isLeaving = false

  constructor (origin, name) {
    this.#origin = origin
    this.#name = name
  }

  /** Visits until told to leave. */
  async run () {
    for (; !this.#isLeaving; this.visits++) await this.#visit(`${this.#name}-${this.visits}`)
    this.#agent.destroy()
  }

  leave () {
    this.#isLeaving = true
  }

  async #visit (name) {
    const ask = (method, path, body, expected = 200) => this.#ask(method, `/__sandbox/${name}${path}`, body, expected)
    await this.#follow(name)
    await ask('PUT', path, { description: name })
    await ask('POST', '/ovoc/v1/alarms/fwdRules', rule, 201)
    await ask('POST', '/__admin/snapshots/before', undefined, 201)
    await ask('POST', '/__admin/records/customers', { name: 'Created' }, 201)
    await ask('POST', '/__admin/snapshots/before/restore')
    await ask('POST', '/__admin/rules', { match: { method: 'GET' }, status: 503, times: 1 }, 201)
    await ask('GET', path, undefined, 503)
    await ask('GET', `/ovoc/v1/topology/lcCustomers?detail=1&filter=(description='${name}')`)
    await ask('POST', '/__admin/rules', { break: 'cut', times: 1 }, 201)
    await ask('GET', path).catch(() => {})
    await ask('POST', '/__admin/requests/verify', { match: { operation: 'verifyCustomer' }, times: 1 })
    await ask('GET', '/__admin/requests')
    if (this.visits % 2 === 0) await this.#ask('DELETE', `/__admin/sandboxes/${name}`)
  }

  async #ask (method, path, body, expected = 200) {
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }
    const [answer] = await once(request(`${this.#origin}${path}`, { method, headers, agent: this.#agent }).end(text), 'response')
    const got = await buffer(answer)
    if (answer.statusCode !== expected) throw new Error(`${method} ${path} answers ${answer.statusCode} instead of ${expected}: ${got}`)
  }

  // The stream of what is asked is left open; the connection goes with the reader.
  async #follow (name) {
    const asked = request(`${this.#origin}/__sandbox/${name}/__admin/requests/stream`, { agent: false }).end()
    const [stream] = await once(asked, 'response')
    stream.on('error', () => {})
    await once(stream, 'data')
    asked.destroy()
  }
}
