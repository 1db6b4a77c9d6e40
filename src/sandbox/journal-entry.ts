interface Kept {
  /** Counts from 1; 0 until the journal gives it. */
  id: number
  /** How many bytes of memory it takes up; 0 until the journal estimates it. */
  size: number
}

/** A request and its answer, by reference, as they were; what a person reads is made of it when it is asked for. */
export interface RecordedRequest extends Kept {
  /** When the request arrived by the sandbox's clock, in milliseconds since 1970. */
  time: number
  operation: string | undefined
  resource: string | undefined
  method: string
  /** As the client wrote it. */
  originalUrl: string
  params: object
  query: object
  headers: Record<string, string | string[] | undefined>
  /** The text of its body. */
  body: string
  /** Null when the connection was closed before the answer. */
  status: number | null
  answerHeaders: Record<string, number | string | string[] | undefined>
  /** The text of the answer's body; empty when there was none or it was sent as it grew. */
  answerBody: string
  /** The size of a body that was sent as it grew. */
  bytes: number
  milliseconds: number
  /** Why the request was refused, or what was done to it; empty when nothing was. */
  reason: string
}

/** Why a sandbox was dropped: it was idle, others were in use when there were too many, or a tester asked for it. */
export type DropReason = 'idle' | 'limit' | 'asked'

/** What happened that was no request. */
export interface Note extends Kept {
  time: number
  event: 'sandbox-dropped'
  sandbox: string
  reason: DropReason
}

export type Entry = RecordedRequest | Note

/** Room for a request's objects, and for what the letters of a query become. */
const objects = 1024
const objectsPerLetter = 14
const objectsPerHeader = 40

/** How many bytes of memory a request takes up, estimated upwards: as if each letter took two. */
export function sizeOf ({ originalUrl, headers, body, answerBody, reason }: RecordedRequest): number {
  let size = objects + originalUrl.length * objectsPerLetter
  for (const name in headers) size += objectsPerHeader + 2 * (name.length + String(headers[name]).length)
  return size + 2 * (originalUrl.length + body.length + answerBody.length + reason.length)
}

/** Lets an entry have in common with the one before what is alike in both: clients repeat themselves, and the fewer objects live on, the less the garbage collector copies. */
export function shareWith (before: RecordedRequest, entry: RecordedRequest): void {
  if (entry.originalUrl === before.originalUrl) entry.originalUrl = before.originalUrl
  entry.params = alike(before.params, entry.params)
  entry.query = alike(before.query, entry.query)
  entry.headers = alike(before.headers, entry.headers)
  entry.answerHeaders = alike(before.answerHeaders, entry.answerHeaders)
}

function alike<Fields extends object> (known: Fields, fields: Fields): Fields {
  for (const name in fields) if (fields[name] !== known[name]) return fields
  for (const name in known) if (fields[name] !== known[name]) return fields
  return known
}

/** Lets go of the bodies, of which the size stays known. */
export function leaveBodiesOut (entry: RecordedRequest): void {
  entry.bytes += Buffer.byteLength(entry.answerBody)
  entry.answerBody = ''
  entry.body = ''
  entry.size = sizeOf(entry)
}
