import { Readable } from 'node:stream'
import type { Entry } from '../sandbox/journal-entry.ts'
import type { Journal } from '../sandbox/journal.ts'
import { isRequest, readEntry } from './read-entry.ts'
import type { EntryFilter } from './request-filter.ts'

/** How often a sign of life is sent, so that no proxy takes the connection for dead, in milliseconds. */
const heartbeat = 15_000

/**
 * The entries of a journal as server-sent events, as they come: after an id when the filter says so, else from now on.
 * The journal itself is the buffer: a reader for whom it is too small is disconnected, since it would miss some.
 */
export function streamEntries (journal: Journal, { after = journal.last, keeps }: EntryFilter): Readable {
  let seen = Math.max(after, journal.lastForgotten)
  let isWaiting = false

  const advance = () => {
    const entry = nextOf(journal, seen, keeps)
    seen = entry?.id ?? journal.last
    isWaiting = entry === undefined
    if (entry !== undefined) stream.push(eventOf(entry))
  }
  const end = () => {
    clearInterval(pulse)
    stop()
  }
  const stream = new Readable({ read: advance, destroy: (error, done) => { end(); done(error) } })
  const pulse = setInterval(() => stream.push(comment), heartbeat)
  const stop = journal.watch({
    added () {
      if (seen < journal.lastForgotten) stream.destroy(new Error('a reader of the stream of requests was too slow'))
      else if (isWaiting) advance()
    },
    emptied () { seen = journal.last },
    closed () {
      end()
      stream.push(null)
    },
    failed: error => stream.destroy(error)
  })
  // What is sent at once shows that the stream is open.
  stream.push(comment)
  return stream
}

const comment = ':\n\n'

function nextOf (journal: Journal, seen: number, keeps: EntryFilter['keeps']): Entry | undefined {
  for (const entry of journal.after(seen)) if (keeps(entry)) return entry
  return undefined
}

function eventOf (entry: Entry): string {
  return `id: ${entry.id}\nevent: ${isRequest(entry) ? 'request' : entry.event}\ndata: ${JSON.stringify(readEntry(entry))}\n\n`
}
