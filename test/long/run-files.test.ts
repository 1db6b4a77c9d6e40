import { execFile } from 'node:child_process'
import t from 'tap'
import type { Test } from 'tap'

const runFiles = JSON.stringify(new URL('../run-files.js', import.meta.url))
const tap = JSON.stringify(import.meta.resolve('tap'))

/** Exit code and error output of a process that runs the tests of two files, of which the first has this code. */
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

t.test('several files are run in one process, which succeeds', async t => {
  t.match(await run(t, "t.test('a', async t => { t.ok(true) })\nt.test('b', { skip: 'why' }, async () => {})"), { exit: 0 })
})

t.test('the process fails when tap ends before all its files are loaded', async t => {
  const { exit, errors } = await run(t, "t.test('a', async t => { t.ok(true) })\nawait new Promise(() => {})\nt.test('b', async t => { t.ok(true) })")
  t.equal(exit, 1)
  t.match(errors, /^Of 2 files 0 were loaded, and of their 1 tests 0 have ended: first\.test\.mjs, second\.test\.mjs$/m)
})

t.test('the process fails when a test that was declared does not end', async t => {
  const { exit, errors } = await run(t, "t.test('a', async () => { await new Promise(() => {}) })")
  t.equal(exit, 1)
  t.match(errors, /^Of 2 files 2 were loaded, and of their 2 tests 0 have ended/m)
})
