import type { ServerResponse } from 'node:http'
import type { Journal } from '../sandbox/journal.ts'
import { holds, isBeyond, isMeant, tallyOf } from './expectation.ts'
import type { Expectation, Tally } from './expectation.ts'
import { isRequest } from './read-entry.ts'

/** How many requests were counted, why no more were waited for (empty when it was decided), and the id of the last one. */
interface Count { tally: Tally, ending: string, last: number }

/**
 * Counts requests until there are as many as expected, or too many; until the time is over; or until nothing can come any more,
 * because the journal is emptied, the sandbox is dropped, the server closes or nobody waits for the response.
 */
export async function countUntilDecided (journal: Journal, expectation: Expectation, milliseconds: number, response: ServerResponse): Promise<Count> {
  const tally = tallyOf(journal, expectation)
  const isDecided = () => holds(expectation, tally) || isBeyond(expectation, tally)
  if (journal.isOff || isDecided()) return { tally, ending: '', last: journal.last }
  return new Promise((resolve, reject) => {
    const end = (ending: string) => {
      clearTimeout(timer)
      stop()
      resolve({ tally, ending, last: journal.last })
    }
    const timer = setTimeout(end, milliseconds, ` within ${milliseconds} milliseconds`)
    const stop = journal.watch({
      added (entry) {
        if (isRequest(entry) && isMeant(entry, expectation.match)) tally.count++
        if (isDecided()) end('')
      },
      emptied: reason => end(` before ${reason}`),
      closed: reason => end(` before ${reason}`),
      failed (error) {
        clearTimeout(timer)
        reject(error)
      }
    })
    response.once('close', () => end(''))
  })
}
