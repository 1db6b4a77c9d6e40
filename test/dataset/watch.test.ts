import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { buildApp } from '../../src/index.ts'
import type { Options } from '../../src/index.ts'
import { becomes, complaint, read } from '../harness.ts'

const filesOf = (...ids: number[]) => JSON.stringify(ids.map(id => ({ id, name: 'a.cmp', description: null })))
const bundled = (name: string) => readFileSync(`fixtures/${name}.json`, 'utf8')

/** Returns a server that watches a folder or file, its log lines, and functions that wait for its next reload. */
async function watching (t: Test, fixtures: string) {
  const app = await buildApp({ fixtures, watch: true })
  t.teardown(() => app.close())
  let reloads = 0
  const { reload } = app.fixtures
  app.fixtures.reload = async () => {
    const state = await Reflect.apply(reload, app.fixtures, [])
    reloads++
    return state
  }
  const logged: string[] = []
  for (const level of ['error', 'warn', 'info'] as const) app.log[level] = (line: string) => { logged.push(`${level} ${line}`) }
  return {
    app,
    logged,
    reloads: () => reloads,
    /** Runs a change of the files. Resolves when the server has read it. */
    async after (save: () => void): Promise<void> {
      const earlier = reloads
      save()
      await becomes(() => reloads > earlier)
    },
    async ids (): Promise<number[]> {
      const { records } = (await app.inject('/__admin/records/files')).json<{ records: Array<{ id: number }> }>()
      return records.map(({ id }) => id)
    }
  }
}

t.test('with watch, a saved file is served at once; a wrong one is logged, and the server keeps the earlier records', async t => {
  const folder = t.testdir({ 'files.json': filesOf(5) })
  const file = join(folder, 'files.json')
  const { app, after, ids, logged } = await watching(t, folder)
  const state = async () => (await app.inject('/__admin/fixtures')).json<object>()
  t.match(await state(), { watch: true, problems: [] })

  await after(() => writeFileSync(file, '[{"id":6,"description":null}]'))
  t.same(await ids(), [5])
  const problem = 'files.json: record 6: /name is missing'
  t.match(await state(), { watch: true, problems: [problem] })

  // Editors on other systems write a byte order mark and CRLF.
  await after(() => writeFileSync(file, `\uFEFF${JSON.stringify(JSON.parse(filesOf(6, 7)), null, 2).replaceAll('\n', '\r\n')}\r\n`))
  t.same(await ids(), [6, 7])
  t.match(await state(), { problems: [] })

  await app.inject({ method: 'PATCH', url: '/__admin/records/files/6', payload: { name: 'changed.cmp' } })
  await after(() => writeFileSync(file, filesOf(7)))
  t.same(logged, [
    `error the fixtures in ${folder} can't be served, so those from before still are:\n  ${problem}`,
    `info the fixtures in ${folder} were read again`,
    `info the fixtures in ${folder} were read again`,
    'warn these records lost changes that do not fit the fixtures any more:\n  files/6 in the sandbox default'
  ])
})

t.test('with watch, files that editors replace and folders that are deleted and created again are read again', async t => {
  const root = t.testdir({ folder: { 'files.json': filesOf(5) } })
  const folder = join(root, 'folder')
  const { app, after, ids, reloads } = await watching(t, folder)
  const replace = (text: string) => {
    writeFileSync(join(root, 'temporary'), text)
    renameSync(join(root, 'temporary'), join(folder, 'files.json'))
  }
  await after(() => replace(filesOf(6)))
  await after(() => replace(filesOf(7)))
  t.same(await ids(), [7])

  // Several files that are saved together are read only once.
  const before = reloads()
  await after(() => {
    replace(filesOf(8))
    for (const name of ['calls', 'devices']) writeFileSync(join(folder, `${name}.json`), bundled(name))
  })
  t.same([await ids(), reloads() - before, app.fixtures.state.problems], [[8], 1, []])

  await after(() => rmSync(folder, { recursive: true }))
  t.match(app.fixtures.state.problems, [/^the folder can't be read: ENOENT/])
  t.same(await ids(), [8])
  await after(() => {
    mkdirSync(folder)
    replace(filesOf(9))
  })
  await after(() => replace(filesOf(10)))
  t.same(await ids(), [10])
})

t.test('with watch, a single file is watched until the server closes, and does not keep the process alive', async t => {
  const file = join(t.testdir(), 'all.json')
  const write = (...ids: number[]) => writeFileSync(file, `{"files":${filesOf(...ids)}}`)
  write(5)
  const timers = () => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length
  const before = timers()
  const closed = await watching(t, file)
  t.equal(timers(), before)
  await closed.after(() => write(6))
  t.same(await closed.ids(), [6])
  await closed.app.close()

  // Another server noticed the change, so the closed one would have noticed it too.
  const open = await watching(t, file)
  await open.after(() => write(7))
  await open.after(() => write(8))
  t.equal(closed.reloads(), 1)

  // A server that closes during a reload does not go on either.
  const { reload } = open.app.fixtures
  open.app.fixtures.reload = async () => {
    const state = await reload()
    await open.app.close()
    return state
  }
  await open.after(() => write(9))
})

t.test('the option watch is rejected without files to watch', async t => {
  const problem = 'must come with the path of a folder or file, in the option fixtures'
  const text = `ovoc-mock: --watch ${problem.replace('the option ', '--')}\novoc-mock: see ovoc-mock --help\n`
  t.same(await complaint(read(['--watch'])), { exitCode: 2, text })
  t.match(await read(['--watch', '--fixtures', 'x']), { options: { watch: true } satisfies Partial<Options> })
  for (const fixtures of [undefined, '', { files: [] }]) {
    await t.rejects(buildApp({ fixtures, watch: true }), { name: 'OptionProblems', message: `option watch ${problem}` })
  }
})
