import type { OvocMock } from '../src/index.ts'

/** Resolves when somebody next begins to wait for what comes into the journal of a server's default sandbox. */
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
