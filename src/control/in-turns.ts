import { setImmediate } from 'node:timers/promises'
import { elapsedMilliseconds } from '../sandbox/clock.ts'

/** How long other requests wait for their turn, in milliseconds. */
const longestTurn = 5

/** The same items, but other requests get their turn between them. */
export async function * inTurns<Item> (items: Iterable<Item>): AsyncGenerator<Item> {
  let began = elapsedMilliseconds()
  for (const item of items) {
    yield item
    if (elapsedMilliseconds() - began < longestTurn) continue
    await setImmediate()
    began = elapsedMilliseconds()
  }
}
