import type { OvocMock } from '../src/index.ts'

/** Resolves when the next caller begins to wait for new entries in the journal of a server's default sandbox. */
export function watched ({ app }: Pick<OvocMock, 'app'>): Promise<void> {
  const { journal } = app.sandboxes.default
  const { watch } = journal
  return new Promise(resolve => {
    journal.watch = watcher => {
      resolve()
      return watch.call(journal, watcher)
    }
  })
}
