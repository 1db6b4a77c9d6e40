import { existsSync, readFileSync } from 'node:fs'
import { Finding } from './finding.js'

/** How much of its own processor time the server may use, in milliseconds, while a request waits. */
const mostWork = 1000

/** How long a request may wait at all, in milliseconds: longer than a busy machine may hold the server up. */
const mostWait = 15_000

const tick = 100

/**
 * Tells when a request has waited too long: when the server has worked for a second since and not answered, or stands still.
 * The clock on the wall alone would blame the server for what else the machine has to do.
 */
export class Patience {
  #pid
  #waiting = new Set()
  #timer
  /** The longest wait by the clock on the wall, in milliseconds. */
  longest = 0

  constructor (pid) {
    this.#pid = pid
    this.#timer = setInterval(() => this.#look(), tick).unref()
  }

  /** Calls back with a finding when it takes too long, until the function that is given back is called. */
  watch (fail) {
    const wait = { fail, since: performance.now(), work: undefined, fault: undefined }
    this.#waiting.add(wait)
    return () => {
      this.longest = Math.max(this.longest, performance.now() - wait.since)
      this.#waiting.delete(wait)
    }
  }

  stop () {
    clearInterval(this.#timer)
  }

  #look () {
    const work = workOf(this.#pid)
    const now = performance.now()
    const { size } = this.#waiting
    for (const wait of this.#waiting) {
      // What it is compared with is taken after the request was sent.
      wait.work ??= work
      const fault = faultOf(work - wait.work, now - wait.since)
      // An answer may be there that this process had no time to read; by the next look it had.
      if (wait.fault !== undefined) wait.fail(new Finding(`${wait.fault}; it is the oldest of ${size} that wait`))
      wait.fault = fault
    }
  }
}

function faultOf (work, waited) {
  if (work > mostWork) return `no answer after ${Math.round(waited)} ms, in which the server has worked for ${work} ms`
  return waited > mostWait ? `no answer within ${mostWait} ms` : undefined
}

// Linux tells all programs of a hundred ticks a second, whatever its own clock does.
const millisecondsPerTick = 10

/** The processor time that a process has used, in milliseconds; NaN, which is never too much, where the system has no /proc. */
function workOf (pid) {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return NaN
  const fields = readFileSync(file, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * millisecondsPerTick
}
