import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import timers from 'node:timers'
import { promisify } from 'node:util'

/*
 * What Node itself has, whatever a test has put in its place. This is taken once, when the file is loaded: fake timers
 * replace the global ones, and those of node:test and Sinon replace the exports of node:timers too.
 */
const areFake = timers.setImmediate(() => {}).constructor.name !== 'Immediate'

// Where a test had them replaced before, those of sockets are left: Node takes them from within.
export const { setTimeout, clearTimeout, setImmediate } = areFake ? timersOfSockets() : timers

function timersOfSockets (): Pick<typeof timers, 'setTimeout' | 'clearTimeout' | 'setImmediate'> {
  const setTimeout = (callback: (...args: unknown[]) => void, milliseconds: number, ...args: unknown[]) => {
    const timer = new Socket()
    return timer.setTimeout(Math.max(1, milliseconds), () => {
      timer.destroy()
      callback(...args)
    })
  }
  return {
    setTimeout,
    setImmediate: (callback: () => void) => setTimeout(callback, 1),
    clearTimeout: (timer: Socket | undefined) => timer?.destroy()
  } as unknown as typeof timers
}

/** Resolves in the next turn of the event loop, so that other requests get theirs. */
export const nextTurn = promisify(setImmediate)

/** Loads a CommonJS package at its first use, so that the start takes no time for it. */
export const load = createRequire(import.meta.url)
