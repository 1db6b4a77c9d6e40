import type { Item } from './ring.ts'

/** A request and its response, by reference. The readable form is made from it on demand. */
export interface RecordedRequest extends Item {
  /** Whether its sender was rejected. */
  isRefused: boolean
  /** When the request arrived by the sandbox's clock, in milliseconds since 1970. */
  time: number
  operation: string | undefined
  resource: string | undefined
  method: string
  /** The URL as the client wrote it. */
  originalUrl: string
  params: object
  query: object
  headers: Record<string, string | string[] | undefined>
  /** The text of its body. */
  body: string
  /** Null if the connection was closed before the response. */
  status: number | null
  responseHeaders: Record<string, number | string | string[] | undefined>
  /** The text of the response's body; empty if there was none or it was streamed. */
  responseBody: string
  /** The size of a body whose text is not kept, such as a streamed one. */
  bytes: number
  milliseconds: number
  /** Why the request ended as it did; empty if nothing special happened. */
  reason: string
}

/** Why a sandbox was dropped: it was idle, there were too many, or a tester asked for it. */
export type DropReason = 'idle' | 'limit' | 'asked'

/** An event in the journal other than a request. */
export interface Note extends Item {
  time: number
  event: 'sandbox-dropped'
  sandbox: string
  reason: DropReason
}

export type Entry = RecordedRequest | Note
