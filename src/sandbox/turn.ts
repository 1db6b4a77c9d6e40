import { setImmediate } from 'node:timers'

/** How much is put off at most: who calls without a socket may do so for long in one turn. */
const mostTasks = 64

/** The present turn of the event loop, in which a server under load handles many requests. */
export class Turn {
  #tasks: Array<() => void> = []

  /** Puts work off to its end: done in one go, it finds the processor's caches warm. */
  atEnd (task: () => void): void {
    if (this.#tasks.length === mostTasks) this.settle()
    if (this.#tasks.push(task) === 1) setImmediate(() => this.settle())
  }

  /** Does what was put off now, in that order. */
  settle (): void {
    if (this.#tasks.length === 0) return
    const tasks = this.#tasks
    this.#tasks = []
    for (const task of tasks) task()
  }
}
