import { Chance } from './chance.js'
import { compose } from './compose.js'
import { Connection } from './connection.js'
import { deliver, wayOf } from './deliver.js'
import { operationNamed } from './documents.js'
import { effects } from './effects.js'
import { Finding, expect } from './finding.js'
import { judge } from './judge.js'
import { Model, expectSame } from './model.js'
import { bytesOf, largestBody } from './request.js'
import { count, tally } from './tally.js'
import { isTame } from './tame.js'
import { lists } from './world.js'

const longestSpoilt = 20
const betweenReadings = 300
const longestHead = 16_384

/** One sandbox that requests are sent to one after the other, and what it must hold; lanes side by side must not see each other. */
export class Lane {
  name
  chance
  model
  token
  /** How many requests it has sent besides those that read its state back. */
  sent = 0
  #server
  #connection
  #spoiltSince = 0

  constructor (server, seed, index, world, token) {
    this.#server = server
    this.name = `lane-${index}`
    this.chance = new Chance(seed, index)
    this.model = new Model(world)
    this.token = token
  }

  /** Sends so many requests. @throws {Finding} */
  async run (number) {
    for (; this.sent < number; this.sent++) {
      const request = this.#next()
      try {
        await this.#ask(request)
        if (this.sent % betweenReadings === betweenReadings - 1) await this.readBack()
      } catch (error) {
        throw error instanceof Finding ? error.at(request, this.sent) : error
      }
    }
    await this.readBack()
    this.#connection?.destroy()
  }

  // Rules that could spoil what the model must know are removed at once, the others after a while.
  #next () {
    const { rules } = this.model
    this.#spoiltSince = rules.length === 0 ? this.sent : this.#spoiltSince
    if (rules.every(isTame) && this.sent - this.#spoiltSince < longestSpoilt) return this.#marked(compose(this))
    return this.#marked(this.#plain('deleteRules', '/__admin/rules', 'DELETE'))
  }

  // Just where a head becomes too long is not told to the byte.
  #marked (request) {
    const marked = { ...request, headers: [...request.headers, ['X-Fuzz', String(this.sent)]] }
    const length = marked.headers.flat().join('').length + marked.url.length
    if (Math.abs(length - longestHead) < 1000) return this.#next()
    const isTooLong = length > longestHead
    return { ...marked, isTooLong, way: wayOf({ ...request, isTooLong }, this.chance) }
  }

  #plain (id, path, method = 'GET', params = {}) {
    return { method, url: `/__sandbox/${this.name}${path}`, headers: [['Host', '127.0.0.1']], operation: operationNamed(id), params }
  }

  async #ask (request) {
    const next = this.#plain('getHealth', '/__admin/health')
    const [answer, second] = await deliver(request, this.chance, this.#connect(), next)
    if (answer === undefined) return expect(this.#mayLack(request), 'the connection was closed without an answer')
    await this.#take(request, answer)
    // The server may carry out the second before the first, so what it says of the sandbox is not compared.
    if (second !== undefined) this.#judge(next, second)
    await this.#assertRecorded(request, answer.status)
  }

  // A connection that is closed on too large a body may be reset before the answer is read.
  #mayLack ({ way, body }) {
    return way === 'halfClosed' || body?.length > largestBody || this.model.rules.some(rule => rule.break !== undefined)
  }

  #connect () {
    if (this.#connection === undefined || this.#connection.isClosed) this.#connection = new Connection(this.#server.port, this.#server.patience)
    return this.#connection
  }

  async #take (request, answer) {
    const { operation, method, params } = request
    const body = this.#judge(request, answer)
    if (operation === undefined || answer.status >= 300 || method === 'HEAD') return
    if (operation.id === 'dropSandbox' && params.name === this.name) this.model.drop()
    const numbers = { ...params, ...params.id !== undefined && { id: Number(params.id) } }
    await effects[operation.id]?.(this.model, numbers, sentBody(request), body, (...wanted) => this.#read(...wanted), answer.headers.get('Location'))
  }

  #judge (request, answer) {
    count(request.operation, answer.status)
    return judge(request, answer, this.model.rules)
  }

  async #read (resource, id, use) {
    use(await this.#get('getRecord', `/__admin/records/${resource}/${id}`))
  }

  async #get (id, path, params) {
    const request = this.#plain(id, path, 'GET', params)
    const connection = this.#connect()
    const [answer] = await connection.exchange([bytesOf(request)], ['GET'])
    expect(answer !== undefined, `the connection was closed without an answer to ${path}`)
    expect(answer.status === 200, `${path} answers ${answer.status}`)
    return judge(request, answer, [])
  }

  async #assertRecorded ({ operation, api, method, url, isTooLong }, status) {
    // Who is refused for credentials opens no sandbox, nor does a request without a route.
    if (status === 401 || isTooLong || (operation?.api ?? api) !== 'ovoc' || !this.chance.is(0.05) || /\/(docs|openapi)/.test(url) || method === 'OPTIONS') return
    const { requests } = await this.#get('listRequests', '/__admin/requests?limit=3')
    const entry = requests.find(({ headers = {} }) => headers['x-fuzz'] === String(this.sent))
    if (requests.length === 0 && [404, 405, 501].includes(status)) return
    expect(entry !== undefined, 'the request is not in the journal')
    expectSame([entry.method, entry.status], [method, status], 'the request in the journal')
  }

  /** Compares all that the sandbox holds with the model. @throws {Finding} */
  async readBack () {
    tally.readings++
    for (const resource of this.model.resourceNames) {
      const { records } = await this.#get('listRecords', `/__admin/records/${resource}`)
      expectSame(records, this.model.list(resource), `the records in ${resource}`)
    }
    await this.#readLists()
    effects.getHealth(this.model, {}, {}, await this.#get('getHealth', '/__admin/health'))
    effects.listSnapshots(this.model, {}, {}, await this.#get('listSnapshots', '/__admin/snapshots'))
    effects.listRules(this.model, {}, {}, await this.#get('listRules', '/__admin/rules'))
  }

  async #readLists () {
    if (this.model.rules.length > 0) return
    for (const [id, path, resource] of lists) {
      const answer = await this.#get(id, `/ovoc/v1/${path}?detail=1`)
      expectSame(Object.values(answer)[0], this.model.list(resource).map(({ record }) => record), `the list ${path}`)
    }
  }
}

function sentBody ({ body }) {
  return body === undefined || body.length === 0 ? undefined : JSON.parse(body.toString().replace(/^\uFEFF/, ''))
}
