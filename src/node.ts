import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import timers from 'node:timers'
import { promisify } from 'node:util'

/*
 * Node's own timers, even if a test has replaced them. They are read once, when this file is loaded. Fake timers
 * replace the global ones; those of node:test and Sinon also replace the exports of node:timers.
 */
const areFake = timers.setImmediate(() => {}).constructor.name !== 'Immediate'

// If a test replaced the timers before this file was loaded, use those of sockets: Node takes them from within.
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

/** Resolves in the next turn of the event loop, so other requests get their turn. */
export const nextTurn = promisify(setImmediate)

/** Loads a CommonJS package at its first use, so the start does not wait for it. */
export const load = createRequire(import.meta.url)
