import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import type { Selection } from './list-query.ts'

/** How many records are looked at before other requests get their turn. */
const turn = 50

/** How much of a list is gathered before it is sent as it grows instead of with its length, in characters. */
const bufferedLength = 64 * 1024

/**
 * Answers with `{"<name>":[…]}`. Nothing left by a filter is 204 without a body, as a client in use expects;
 * no filter and nothing there is an empty list.
 */
export async function sendList (reply: FastifyReply, name: string, records: Iterable<object>, selection: Selection): Promise<FastifyReply> {
  return sendText(reply, serialise([[name, records]], selection), count => selection.filter !== undefined && count === 0)
}

const everything: Selection = { keeps: () => true, fields: undefined }

/** Answers with `{"<name>":[…],…}`, whole records, of several lists. */
export async function sendLists (reply: FastifyReply, lists: Iterable<[name: string, records: Iterable<object>]>): Promise<FastifyReply> {
  return sendText(reply, serialise(lists, everything), () => false)
}

/** Sends parts of a text, or 204 when what they return says that there is nothing in them. */
async function sendText (reply: FastifyReply, parts: AsyncGenerator<string, number>, isNothing: (count: number) => boolean): Promise<FastifyReply> {
  let head = ''
  for (;;) {
    const { value, done } = await parts.next()
    if (done) return isNothing(value) ? reply.code(204).send() : sendWhole(reply, head)
    head += value
    if (head.length > bufferedLength) return sendGrowing(reply, head, parts)
  }
}

function sendWhole (reply: FastifyReply, text: string): FastifyReply {
  return reply.type(jsonType).serializer(asIs).send(text)
}

function sendGrowing (reply: FastifyReply, head: string, parts: AsyncIterable<string>): FastifyReply {
  return reply.type(jsonType).send(Readable.from(continued(head, parts)))
}

async function * continued (head: string, parts: AsyncIterable<string>): AsyncGenerator<string> {
  yield head
  yield * parts
}

const jsonType = 'application/json; charset=utf-8'
const asIs = (payload: unknown) => payload as string

/** The text of lists, in parts between which other requests get their turn; it returns how many records are in it. */
async function * serialise (lists: Iterable<[name: string, records: Iterable<object>]>, selection: Selection): AsyncGenerator<string, number> {
  let count = 0
  let opening = '{'
  for (const [name, records] of lists) {
    yield `${opening}${JSON.stringify(name)}:[`
    count += yield * serialiseItems(records, selection)
    yield ']'
    opening = ','
  }
  yield '}'
  return count
}

async function * serialiseItems (records: Iterable<object>, { keeps, fields }: Selection): AsyncGenerator<string, number> {
  let count = 0
  let seen = 0
  let text = ''
  for (const record of records) {
    if (keeps(record as Record<string, unknown>)) text += `${count++ === 0 ? '' : ','}${JSON.stringify(pick(record, fields))}`
    if (++seen % turn !== 0) continue
    yield text
    text = ''
    await setImmediate()
  }
  yield text
  return count
}

function pick (record: object, fields: readonly string[] | undefined): object {
  if (fields === undefined) return record
  return Object.fromEntries(fields.map(field => [field, (record as Record<string, unknown>)[field]]))
}
