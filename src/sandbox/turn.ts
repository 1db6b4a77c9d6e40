import { setImmediate } from 'node:timers'
import { presentInstant } from './clock.ts'
import type { Instant } from './clock.ts'

/** The present turn of the event loop, in which a server under load handles many requests. */
export class Turn {
  #began: Instant | undefined
  #tasks: Array<() => void> = []

  /** When something was first done in it. What is done in one turn shares the instant, since reading the clocks takes its time. */
  get began (): Instant {
    this.#began ??= this.#begin()
    return this.#began
  }

  /** Puts work off to its end: done in one go, it finds the processor's caches warm. */
  atEnd (task: () => void): void {
    this.#began ??= this.#begin()
    this.#tasks.push(task)
  }

  /** Does what was put off now, in that order. */
  settle (): void {
    if (this.#tasks.length === 0) return
    const tasks = this.#tasks
    this.#tasks = []
    for (const task of tasks) task()
  }

  #begin (): Instant {
    setImmediate(() => {
      this.#began = undefined
      this.settle()
    })
    return presentInstant()
  }
}
