#!/usr/bin/env node
import { readCommandLine, unknownVariables } from './command-line.ts'
import type { Invocation } from './command-line.ts'
import { helpText } from './help.ts'
import { FixtureFaults, OptionFaults, fidelityTable, generateRecords, openapiDocument, startOvocMock, version } from './index.ts'
import type { Health, Options, OvocMock } from './index.ts'

const onTerminal = process.stdout.isTTY === true

async function run (invocation: Invocation): Promise<void> {
  switch (invocation.command) {
    case 'help': return print(helpText())
    case 'version': return print(`${version}\n`)
    case 'generate': return print(`${JSON.stringify(generateRecords(invocation.operands[0] as string, invocation.options), null, 2)}\n`)
    case 'openapi': return print(await openapiDocument(invocation.options.format))
    case 'fidelity': return print(await fidelityTable())
    case 'health': return askHealth(invocation.options)
    case 'serve': return serve(invocation.options)
  }
}

async function serve (options: Options): Promise<void> {
  const mock = await startOvocMock(options)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(mock))
  if (options.json) return print(`${JSON.stringify({ event: 'ready', url: mock.url, pid: process.pid })}\n`)
  print(onTerminal ? await banner(mock) : `ovoc-mock listens on ${mock.url}\n`)
}

async function stop (mock: OvocMock): Promise<void> {
  await mock.close()
  process.exit(0)
}

async function banner ({ app, url }: OvocMock): Promise<string> {
  const health: Health = (await app.inject('/__admin/health')).json()
  return `
  ovoc-mock ${version} listens on ${url}
  ${health.counts.customers} customers; documentation on ${url}/docs

  curl -X PUT ${url}/api/ovoc/v1/topology/customers/85844

`
}

async function askHealth ({ url, port }: { url: string, port: number }): Promise<void> {
  const address = `${url || `http://127.0.0.1:${port}`}/__admin/health`
  const answer = await fetch(address).catch(error => { throw new Error(`${address} does not answer: ${error.cause.message}`) })
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`)
  print(`${await answer.text()}\n`)
}

function print (text: string): void {
  process.stdout.write(text)
}

function warn (text: string): void {
  process.stderr.write(`ovoc-mock: ${text}\n`)
}

// 2 is for what the caller can mend in options and data, 1 for what the machine refuses.
function fail (error: NodeJS.ErrnoException): void {
  warn(`${advice[error.code ?? ''] ?? ''}${error.message}`)
  const isUsage = error instanceof OptionFaults
  if (isUsage) warn('see ovoc-mock --help')
  process.exitCode = isUsage || error instanceof FixtureFaults ? 2 : 1
}

const advice: Record<string, string | undefined> = {
  EADDRINUSE: 'the port is taken, choose another with --port or any free one with --port 0: ',
  EACCES: 'the port needs more rights, choose one above 1023 with --port: ',
  EADDRNOTAVAIL: 'this machine does not have that address, choose another with --host: '
}

// A reader such as `head` that has seen enough is no failure.
process.stdout.on('error', () => process.exit(0))
try {
  for (const name of unknownVariables(process.env)) warn(`the variable ${name} is not an option and was ignored`)
  await run(readCommandLine(process.argv.slice(2), process.env))
} catch (error) {
  fail(error as NodeJS.ErrnoException)
}
