import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { nextTurn } from '../node.ts'
import { elapsedMilliseconds, turn } from '../sandbox/clock.ts'
import type { Collection } from '../sandbox/collection.ts'
import { fits, readSelection } from './list-query.ts'
import type { ListQuery, ListShape, Selection } from './list-query.ts'

/** How long a part of a list may get, in characters, so that little waits for a client that reads slowly. */
const longestPart = 24_576

/** How much of a list is gathered to be sent with its length; a longer one is sent as it grows. In characters. */
const bufferedLength = 768 * 1024

const jsonType = 'application/json; charset=utf-8'

/** Lists by name. What a list leaves out it may give as undefined, so that others get their turn. */
type Lists = Iterable<[name: string, records: Iterable<object | undefined>]>

/** Whole records, all of them. */
export const everything: Selection = { filter: undefined, fields: undefined }

/** Answers with the records of a collection that the request's query asks for. */
export async function sendCollection (reply: FastifyReply, name: string, from: Collection<any>, shape: ListShape) {
  const selection = readSelection(reply.request as { url: string, query: ListQuery }, shape)
  return sendList(reply, name, await select(reply, from, selection), selection)
}

/** All records of a selection, and perhaps others. The search for them ends when the client leaves. */
export async function select<Wire extends object> (reply: FastifyReply, from: Collection<Wire>, selection: Selection) {
  return from.values(await selectIds(reply, from, selection))
}

/** Their ids, and perhaps some of deleted records. */
export async function selectIds (reply: FastifyReply, from: Collection<any>, { filter }: Selection) {
  const ids = filter && await from.generatedIdsWith(filter.field, filter.values, () => reply.raw.destroyed)
  return ids === undefined ? from.ids() : from.among(ids)
}

/**
 * Answers with `{"<name>":[…]}`. Nothing left by a filter is 204 without a body, as a client in use expects;
 * no filter and nothing there is an empty list. Stops when the client has left.
 */
export async function sendList (
  reply: FastifyReply, name: string, records: Iterable<object | undefined>, selection: Selection
) {
  const parts = serialise(reply, [[name, records]], selection)
  return sendText(reply, parts, count => selection.filter !== undefined && count === 0)
}

/** Answers with `{"<name>":[…],…}`, whole records, of several lists. */
export async function sendLists (reply: FastifyReply, lists: Lists) {
  return sendText(reply, serialise(reply, lists, everything), () => false)
}

/** Resolves once a pipelined response has the connection, so that what is made for it holds no memory before. */
export async function itsTurn ({ raw }: FastifyReply): Promise<void> {
  if (raw.socket === null) await new Promise(resolve => raw.once('socket', resolve).once('close', resolve))
}

/** Sends parts of a text, or 204 when what they return says that there is nothing in them. */
async function sendText (
  reply: FastifyReply, parts: AsyncGenerator<string, number>, isNothing: (count: number) => boolean
): Promise<FastifyReply> {
  const { raw } = reply
  await itsTurn(reply)
  let head = ''
  while (!raw.destroyed) {
    const { value, done } = await parts.next()
    if (done && isNothing(value)) return sendNothing(reply.code(204))
    if (done) return reply.type(jsonType).serializer((text: string) => text).send(head)
    head += value
    if (head.length <= bufferedLength) continue
    // Of a stream that answers a HEAD Fastify sends nothing, but reads it to its end.
    if (reply.request.method === 'HEAD') return reply.type(jsonType).send(Readable.from([]))
    // As bytes it takes up least, however long the client takes to read it.
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

/**
 * Sends a response without a body. Without one, Fastify gives a HEAD a Content-Length, which RFC 9110 (8.6) forbids
 * with a 204. With a stream it gives none.
 */
export function sendNothing (reply: FastifyReply): FastifyReply {
  return reply.send(reply.request.method === 'HEAD' ? Readable.from([]) : undefined)
}

/** The text of lists, in parts between which other requests get their turn; it returns how many records are in it. */
async function * serialise (
  reply: FastifyReply, lists: Lists, { fields, filter }: Selection
): AsyncGenerator<string, number> {
  const { dataset } = reply.request.sandbox
  let count = 0
  let began = elapsedMilliseconds()
  let opening = '{'
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
      if (text.length < longestPart && !isOver) continue
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
