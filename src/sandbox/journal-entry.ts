import type { Item } from './ring.ts'

/** A request and its answer, by reference, as they were; what a person reads is made of it when it is asked for. */
export interface RecordedRequest extends Item {
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
export interface Note extends Item {
  time: number
  event: 'sandbox-dropped'
  sandbox: string
  reason: DropReason
}

export type Entry = RecordedRequest | Note
