import { createRequire } from 'node:module'
import timers from 'node:timers'
import { promisify } from 'node:util'

/*
 * What Node itself has, whatever a test has put in its place. This is taken once, when the file is loaded: fake timers
 * replace the global ones, and those of node:test and Sinon replace the exports of node:timers too.
 */
export const { setTimeout, clearTimeout, setImmediate } = timers

if (setImmediate(() => {}).constructor.name !== 'Immediate') {
  throw new Error('the timers of node:timers are fake; import ovoc-mock before a test fakes them')
}

/** Resolves in the next turn of the event loop, so that other requests get theirs. */
export const nextTurn = promisify(setImmediate)

/** Loads a CommonJS package at its first use, so that the start takes no time for it. */
export const load = createRequire(import.meta.url)
