#!/usr/bin/env node
import { once } from 'node:events'
import { askHealth } from './ask-health.ts'
import { flagOf, readCommandLine, unknownVariables } from './command-line.ts'
import type { Invocation } from './command-line.ts'
import { helpText } from './help.ts'
import { FixtureFaults, OptionFaults, fidelityTable, generateRecords, openapiDocument, startOvocMock, version } from './index.ts'
import type { Customer, Options, OvocMock } from './index.ts'

const onTerminal = process.stdout.isTTY === true

async function run (invocation: Invocation): Promise<void> {
  switch (invocation.command) {
    case 'help': return print(helpText())
    case 'version': return print(`${version}\n`)
    case 'generate': return printList(generateRecords(invocation.operands[0] as string, invocation.options))
    case 'openapi': return print(await openapiDocument(invocation.options.format, invocation.options.api))
    case 'fidelity': return print(await fidelityTable())
    case 'health': return print(`${await askHealth(invocation.options)}\n`)
    case 'serve': return serve(invocation.options)
  }
}

async function serve (options: Options): Promise<void> {
  const starting = startOvocMock(options)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(starting))
  const mock = await starting
  if (options.json) return print(`${JSON.stringify({ event: 'ready', url: mock.url, pid: process.pid })}\n`)
  print(onTerminal ? banner(mock) : `ovoc-mock listens on ${mock.url}\n`)
}

async function stop (starting: Promise<OvocMock>): Promise<void> {
  await (await starting).close()
  process.exit(0)
}

function banner (mock: OvocMock): string {
  const { app, url } = mock
  const customers = app.sandboxes.default.named('customers')
  const [first] = customers.values() as Iterable<Customer>
  const example = first === undefined ? `${url}/api/ovoc/v1/topology/customers` : `-X PUT ${url}/api/ovoc/v1/topology/customers/${first.id}`
  return `
  ovoc-mock ${version} listens on ${url}
  ${customers.count} customers; documentation on ${url}/docs

  curl ${url.startsWith('https:') ? '--insecure ' : ''}${example}

`
}

async function printList (records: Iterable<object>): Promise<void> {
  let separator = ''
  print('[')
  for (const record of records) {
    if (!process.stdout.write(`${separator}\n${JSON.stringify(record, null, 2)}`)) await once(process.stdout, 'drain')
    separator = ','
  }
  print('\n]\n')
}

function print (text: string): void {
  process.stdout.write(text)
}

function warn (text: string): void {
  process.stderr.write(`ovoc-mock: ${text}\n`)
}

// A reader such as `head` that has seen enough is no failure, and no reason to stop serving.
// 2 is for what the caller can mend in options and data, 1 for what the machine refuses.
function fail (error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  warn(`${adviceOn(error.code, flagOf('port'))}${error.message}`)
  const isUsage = error instanceof OptionFaults
  if (isUsage) warn('see ovoc-mock --help')
  process.exitCode = isUsage || error instanceof FixtureFaults ? 2 : 1
}

function adviceOn (code = '', flag: string): string {
  const advice: Record<string, string | undefined> = {
    EADDRINUSE: `the port is taken, choose another with ${flag} or any free one with ${flag} 0: `,
    EACCES: `the port needs more rights, choose one above 1023 with ${flag}: `,
    ENOTFOUND: 'that address has no number, choose another with --host: ',
    EADDRNOTAVAIL: 'this machine does not have that address, choose another with --host: '
  }
  return advice[code] ?? ''
}

process.stdout.on('error', fail)
try {
  for (const name of unknownVariables(process.env)) warn(`the variable ${name} is not an option and was ignored`)
  await run(readCommandLine(process.argv.slice(2), process.env))
} catch (error) {
  fail(error as NodeJS.ErrnoException)
}
