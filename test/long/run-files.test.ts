import { execFile } from 'node:child_process'
import t from 'tap'
import type { Test } from 'tap'

const runFiles = JSON.stringify(new URL('../run-files.js', import.meta.url))
const tap = JSON.stringify(import.meta.resolve('tap'))

/** Runs the tests of two files in a process, and returns its exit code and error output. `code` is that of the first file. */
async function run (t: Test, code: string): Promise<{ exit: number, errors: string }> {
  const folder = t.testdir({
    'first.test.mjs': `import t from ${tap}\n${code}`,
    'second.test.mjs': `import t from ${tap}\nt.test('behind it', async t => { t.ok(true) })`,
    'part.mjs': `import { runFiles } from ${runFiles}\nawait runFiles(['first.test.mjs', 'second.test.mjs'], import.meta.url)`
  })
  return new Promise(resolve => {
    const child = execFile(process.execPath, [`${folder}/part.mjs`], (_error, _stdout, errors) => resolve({ exit: child.exitCode ?? -1, errors }))
  })
}

t.test('one process runs several test files and succeeds', async t => {
  t.match(await run(t, "t.test('a', async t => { t.ok(true) })\nt.test('b', { skip: 'why' }, async () => {})"), { exit: 0 })
})

t.test('the process fails if tap ends before all test files are loaded', async t => {
  const { exit, errors } = await run(t, "t.test('a', async t => { t.ok(true) })\nawait new Promise(() => {})\nt.test('b', async t => { t.ok(true) })")
  t.equal(exit, 1)
  t.match(errors, /^0 of 2 files were loaded, and 0 of their 1 tests have ended: first\.test\.mjs, second\.test\.mjs$/m)
})

t.test('the process fails if a declared test does not end', async t => {
  const { exit, errors } = await run(t, "t.test('a', async () => { await new Promise(() => {}) })")
  t.equal(exit, 1)
  t.match(errors, /^2 of 2 files were loaded, and 0 of their 2 tests have ended/m)
})
