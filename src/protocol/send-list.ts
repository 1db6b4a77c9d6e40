import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import type { RecordTexts } from '../dataset/record-texts.ts'
import type { Collection } from '../sandbox/collection.ts'
import { fits, readSelection } from './list-query.ts'
import type { ListQuery, ListShape, Selection } from './list-query.ts'

/** How many records are looked at before other requests get their turn. */
const turn = 50

/** How much of a list is gathered to be sent with its length; a longer one is sent as it grows. In characters. */
const bufferedLength = 4 * 1024 * 1024

/** Answers with the records of a collection that the request's query asks for. */
export function sendCollection (reply: FastifyReply, name: string, collection: Collection<any>, shape: ListShape): Promise<FastifyReply> {
  const selection = readSelection(reply.request as { url: string, query: ListQuery }, shape)
  return sendList(reply, name, select(collection, selection), selection)
}

/** The records of a collection among which are all of the selection. */
export function select<Wire extends object> (collection: Collection<Wire>, { filter }: Selection): Iterable<Wire | undefined> {
  return filter === undefined ? collection.values() : collection.having(filter.field, filter.values)
}

/**
 * Answers with `{"<name>":[…]}`. Nothing left by a filter is 204 without a body, as a client in use expects;
 * no filter and nothing there is an empty list. Stops when the client has left.
 * @param records undefined is a step on the way to the next one.
 */
export async function sendList (reply: FastifyReply, name: string, records: Records, selection: Selection): Promise<FastifyReply> {
  return sendText(reply, serialise([[name, records]], selection, textsOf(reply)), count => selection.filter !== undefined && count === 0)
}

type Records = Iterable<object | undefined>

/** Whole records, all of them. */
export const everything: Selection = { filter: undefined, fields: undefined }

/** Answers with `{"<name>":[…],…}`, whole records, of several lists. */
export async function sendLists (reply: FastifyReply, lists: Iterable<[name: string, records: Records]>): Promise<FastifyReply> {
  return sendText(reply, serialise(lists, everything, textsOf(reply)), () => false)
}

/** Sends parts of a text, or 204 when what they return says that there is nothing in them. */
async function sendText (reply: FastifyReply, parts: AsyncGenerator<string, number>, isNothing: (count: number) => boolean): Promise<FastifyReply> {
  let head = ''
  while (!reply.raw.destroyed) {
    const { value, done } = await parts.next()
    if (done) return isNothing(value) ? sendNothing(reply.code(204)) : sendWhole(reply, head)
    head += value
    if (head.length > bufferedLength) return sendGrowing(reply, head, parts)
  }
  await parts.return(0)
  return reply.hijack()
}

function sendWhole (reply: FastifyReply, text: string): FastifyReply {
  return reply.type(jsonType).serializer(asIs).send(text)
}

// Of a stream that answers a HEAD Fastify sends nothing, but reads it to its end.
function sendGrowing (reply: FastifyReply, head: string, parts: AsyncGenerator<string>): FastifyReply {
  return reply.type(jsonType).send(Readable.from(reply.request.method === 'HEAD' ? [] : continued(head, parts)))
}

async function * continued (head: string, parts: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head
  yield * parts
}

/**
 * Sends a response without a body. Fastify gives a HEAD without one a Content-Length, which RFC 9110 (8.6) does not allow of a 204,
 * but none with a stream.
 */
export function sendNothing (reply: FastifyReply): FastifyReply {
  return reply.send(reply.request.method === 'HEAD' ? Readable.from([]) : undefined)
}

function textsOf ({ request }: FastifyReply): RecordTexts {
  return request.sandbox.dataset.texts
}

const jsonType = 'application/json; charset=utf-8'
const asIs = (payload: unknown) => payload as string

/** The text of lists, in parts between which other requests get their turn; it returns how many records are in it. */
async function * serialise (lists: Iterable<[name: string, records: Records]>, selection: Selection, texts: RecordTexts): AsyncGenerator<string, number> {
  let count = 0
  let opening = '{'
  for (const [name, records] of lists) {
    yield `${opening}${JSON.stringify(name)}:[`
    count += yield * serialiseItems(records, selection, texts)
    yield ']'
    opening = ','
  }
  yield '}'
  return count
}

async function * serialiseItems (records: Records, { fields, filter }: Selection, texts: RecordTexts): AsyncGenerator<string, number> {
  let count = 0
  let seen = 0
  let text = ''
  for (const record of records) {
    if (record !== undefined && fits(record, filter)) text += `${count++ === 0 ? '' : ','}${fields === undefined ? texts.of(record) : JSON.stringify(pick(record, fields))}`
    if (++seen % turn !== 0) continue
    yield text
    text = ''
    await setImmediate()
  }
  yield text
  return count
}

function pick (record: object, fields: readonly string[]): object {
  return Object.fromEntries(fields.map(field => [field, (record as Record<string, unknown>)[field]]))
}
