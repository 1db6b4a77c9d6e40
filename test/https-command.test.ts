import t from 'tap'
import { run, spawnCli, start } from './harness.ts'
import type { Program } from './harness.ts'

async function end (program: Program): Promise<void> {
  program.child.kill('SIGTERM')
  await program.exited
}

t.test('on a terminal the curl line works with a certificate that nobody knows', async t => {
  const program = spawnCli(t, ['--port', '0', '--https'], { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=data:text/javascript,process.stdout.isTTY=true` })
  await program.says('curl')
  t.match(program.stdout, /curl --insecure -X PUT https:\/\//)
  await end(program)
})

t.test('health takes any certificate from this machine, and from an address what it can check or is told to take', async t => {
  const { url } = await start(t, { https: true })
  const { port } = new URL(url)
  t.equal((await run(t, ['health', '--https', '--port', port])).code, 0)
  t.equal((await run(t, ['health'], { OVOC_MOCK_PORT: port, OVOC_MOCK_HTTPS: 'true' })).code, 0)
  t.equal((await run(t, ['health', '--url', url, '--insecure'])).code, 0)
  const checked = await run(t, ['health', '--url', url])
  t.equal(checked.code, 1)
  t.ok(checked.stderr.startsWith(`ovoc-mock: ${url}/__admin/health does not answer: self-signed certificate`), checked.stderr)
})
