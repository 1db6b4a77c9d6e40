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

const immediate = promisify(setImmediate)
let line: Promise<void> = Promise.resolve()

/**
 * Resolves in a later turn of the event loop, so other requests get their turn. Callers go on in their order, one in
 * each turn of the loop: all of them in one turn would hold up others as long as one that gives no turns.
 */
export function nextTurn (): Promise<void> {
  line = line.then(() => immediate())
  return line
}

/** Loads a CommonJS package at its first use, so the start does not wait for it. */
export const load = createRequire(import.meta.url)
