import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { nextTurn } from '../node.ts'
import type { Resource } from '../dataset/resource.ts'
import { elapsedMilliseconds, turn } from '../sandbox/clock.ts'
import type { Collection } from '../sandbox/collection.ts'
import { fits, readSelection } from './list-query.ts'
import type { ListQuery, ListShape, Selection } from './list-query.ts'

/** The length of a part of a list, in characters. Short parts keep little in memory for a client that reads slowly. */
const maxPartLength = 24_576

/** The longest list that is sent with its length, in characters. A longer one is sent while it is being made. */
const maxBufferedLength = 768 * 1024

const jsonType = 'application/json; charset=utf-8'

/** Lists by name. A list may yield undefined for a record that it leaves out, so other requests get their turn. */
type Lists = Iterable<[name: string, records: Iterable<object | undefined>]>

/** Sends the records of a resource that the query of the request selects. */
export async function sendList (
  reply: FastifyReply, resource: Resource, shape: ListShape, name: string = resource.name
) {
  const from = reply.request.sandbox.collection(resource)
  const selection = readSelection(reply.request as { url: string, query: ListQuery }, shape)
  const records = from.values(await selectIds(reply, from, selection))
  return sendLists(reply, [[name, records]], selection)
}

/** Returns the ids of all records of a selection, and perhaps others. The search ends when the client leaves. */
export async function selectIds (reply: FastifyReply, from: Collection<any>, { filter }: Selection) {
  return from.ids(filter && await from.generatedIdsWith(filter.field, filter.values, () => reply.raw.destroyed))
}

/**
 * Sends `{"<name>":[…],…}`. If a filter matches nothing, it sends 204 without a body. A client in use
 * expects that. Without a filter, a list of no records is empty. It stops when the client has left.
 * @param selection default: all records in full.
 * @param facts fields that come before the lists.
 */
export async function sendLists (
  reply: FastifyReply, lists: Lists, selection: Selection = { fields: undefined, filter: undefined }, facts?: object
) {
  const { raw } = reply
  const parts = serialise(reply, lists, selection, facts)
  await untilConnected(reply)
  let head = ''
  while (!raw.destroyed) {
    const { value, done } = await parts.next()
    if (done && value === 0 && selection.filter !== undefined) return sendNothing(reply.code(204))
    if (done) return reply.type(jsonType).serializer((text: string) => text).send(head)
    head += value
    if (head.length <= maxBufferedLength) continue
    // For a HEAD, Fastify would send nothing of a stream, but read it to its end.
    if (reply.request.method === 'HEAD') return reply.type(jsonType).send(Readable.from([]))
    // Bytes take up the least memory, and a slow client may hold them for long.
    const beginning = Buffer.from(head)
    head = ''
    return reply.type(jsonType).send(Readable.from((async function * () {
      yield beginning
      yield * parts
    })()))
  }
  await parts.return(0)
  return reply.hijack()
}

/** Resolves once a pipelined response has the connection. Until then its content need not be in memory. */
export async function untilConnected ({ raw }: FastifyReply): Promise<void> {
  if (raw.socket === null) await new Promise(resolve => raw.once('socket', resolve).once('close', resolve))
}

/**
 * Sends a response without a body. For a HEAD without a body Fastify would send a Content-Length, which RFC 9110 (8.6)
 * forbids with a 204. With an empty stream it sends none.
 */
export function sendNothing (reply: FastifyReply): FastifyReply {
  return reply.send(reply.request.method === 'HEAD' ? Readable.from([]) : undefined)
}

/** The text of lists, in parts between which other requests get their turn; it returns how many records are in it. */
async function * serialise (
  reply: FastifyReply, lists: Lists, { fields, filter }: Selection, facts?: object
): AsyncGenerator<string, number> {
  const { dataset } = reply.request.sandbox
  let count = 0
  let began = elapsedMilliseconds()
  let opening = facts === undefined ? '{' : `${JSON.stringify(facts).slice(0, -1)},`
  for (const [name, records] of lists) {
    let text = `${opening}${JSON.stringify(name)}:[`
    let separator = ''
    for (const record of records) {
      if (record !== undefined && fits(record, filter)) {
        const kept = fields?.map(field => [field, (record as Record<string, unknown>)[field]])
        text += separator + (kept === undefined ? dataset.textOf(record) : JSON.stringify(Object.fromEntries(kept)))
        separator = ','
        count++
      }
      const isOver = elapsedMilliseconds() - began > turn
      if (text.length < maxPartLength && !isOver) continue
      yield text
      text = ''
      if (!isOver) continue
      await nextTurn()
      began = elapsedMilliseconds()
    }
    yield `${text}]`
    opening = ','
  }
  yield '}'
  return count
}
