import { setImmediate } from 'node:timers'

/** Work that is put off to the end of the turn: done in one go, it finds the processor's caches warm. */
export class PutOff {
  #tasks: Array<() => void> = []

  add (task: () => void): void {
    if (this.#tasks.push(task) === 1) setImmediate(() => this.settle())
  }

  /** Does the work now, in the order in which it was put off. */
  settle (): void {
    if (this.#tasks.length === 0) return
    const tasks = this.#tasks
    this.#tasks = []
    for (const task of tasks) task()
  }
}
