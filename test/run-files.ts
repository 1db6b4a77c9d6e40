import t from 'tap'
import { forgetSucceeded } from './described.ts'

/**
 * Runs the tests of several files in this process. The process fails unless each file was loaded to its end and each test that it declared
 * has ended: tap itself can end before the files behind a top-level `await` are loaded, and call that a success.
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
    console.error(`Of ${files.length} files ${loaded} were loaded, and of their ${declared} tests ${ended} have ended: ${files.join(', ')}`)
    process.exitCode = 1
  })
  // Within a test, which tap waits for. The tests of a file run after the one that has its name.
  declare('loading', async () => {
    for (const file of files) {
      declare(file, async () => forgetSucceeded())
      // eslint-disable-next-line no-restricted-syntax -- the files are known at run time only
      await import(new URL(file, base).href)
      loaded++
    }
  })
}
