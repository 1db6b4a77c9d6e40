import t from 'tap'
import { forgetSucceeded } from './described.ts'

/**
 * Runs the tests of several files in this process. The process fails unless each file is loaded to its end and each declared test ends.
 * Tap itself can end before the files behind a top-level `await` are loaded, and call that a success.
 * @param files relative to `base`.
 */
export async function runFiles (files: readonly string[], base: string): Promise<void> {
  let [loaded, declared, ended] = [0, 0, 0]
  const declare = t.test.bind(t) as (...test: unknown[]) => Promise<unknown>
  t.test = ((...test: unknown[]) => {
    declared++
    return declare(...test).finally(() => { ended++ })
  }) as unknown as typeof t.test

  process.on('exit', () => {
    if (loaded === files.length && ended === declared) return
    console.error(`${loaded} of ${files.length} files were loaded, and ${ended} of their ${declared} tests have ended: ${files.join(', ')}`)
    process.exitCode = 1
  })
  // Files are loaded within a test, because tap waits for it. The tests of a file run after the test with its name.
  declare('loading', async () => {
    for (const file of files) {
      declare(file, async () => forgetSucceeded())
      // eslint-disable-next-line no-restricted-syntax -- the files are known at run time only
      await import(new URL(file, base).href)
      loaded++
    }
  })
}
