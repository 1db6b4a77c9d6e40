import { setTimeout } from 'node:timers/promises'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { text as textOf } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Test } from 'tap'
import { complaintAbout, readCommandLine } from '../src/command/command-line.ts'
import type { Invocation } from '../src/command/command-line.ts'
import { FixtureProblems, buildApp, startOvocMock } from '../src/index.ts'
import type { MockOptions, Options, OvocMock } from '../src/index.ts'
import { assertDescribed } from './described.ts'

interface Call { method?: string, body?: unknown, text?: string, headers?: Record<string, string> }
interface Answer { status: number, headers: Record<string, unknown>, text: string, body: any }
export type Client = (path: string, call?: Call) => Promise<Answer>

/**
 * Returns a client of a new server without a socket. If the variable TEST_OVER_SOCKET is set, the server has a socket. The client checks
 * every response against the OpenAPI document.
 */
export async function build (t: Test, options: Partial<Options> = {}): Promise<Client> {
  const send = process.env.TEST_OVER_SOCKET === undefined ? await injector(t, options) : await socketSender(t, options)
  return async (path, { method = 'GET', body, text, headers = {} } = {}) => {
    const payload = text ?? (body === undefined ? undefined : JSON.stringify(body))
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await send({ method, path, headers: { ...type, ...headers }, payload })
    const parsed = /^application\/(problem\+)?json/.test(String(answer.headers['content-type'])) && answer.text !== '' ? JSON.parse(answer.text) : undefined
    assertDescribed(t, method, path, answer.status, parsed)
    return { ...answer, body: parsed }
  }
}

interface Sent { method: string, path: string, headers: Record<string, string>, payload: string | undefined }
type Send = (sent: Sent) => Promise<Omit<Answer, 'body'>>

async function injector (t: Test, options: Partial<Options>): Promise<Send> {
  const app = await buildApp(options)
  t.teardown(() => app.close())
  return async ({ method, path, headers, payload }) => {
    const answer = await app.inject({ method: method as 'GET', url: path, headers, ...payload !== undefined && { payload } })
    return { status: answer.statusCode, headers: answer.headers, text: answer.body }
  }
}

async function socketSender (t: Test, options: Partial<Options>): Promise<Send> {
  const { url } = await start(t, options)
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  return async ({ method, path, headers, payload }) => {
    const sent = request(url, { agent, method, path, headers: { ...payload !== undefined && { 'content-length': String(Buffer.byteLength(payload)) }, ...headers } })
    sent.end(payload)
    const [answer] = await once(sent, 'response') as [IncomingMessage]
    return { status: answer.statusCode as number, headers: answer.headers, text: await textOf(answer) }
  }
}

/** Returns the problems of a fixtures folder with these files. */
export async function fixtureProblems (t: Test, files: NonNullable<Parameters<Test['testdir']>[0]>): Promise<readonly string[]> {
  const error = await buildApp({ fixtures: t.testdir(files) }).then(() => undefined, error => error)
  if (!(error instanceof FixtureProblems)) throw new Error('the fixtures were taken', { cause: error })
  return error.problems
}

export async function start (t: Test, options: MockOptions = {}): Promise<OvocMock> {
  const mock = await startOvocMock(options)
  t.teardown(() => mock.close())
  return mock
}

/** Checks a condition repeatedly until it holds, for at most 20 seconds. */
export async function becomes (condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if (await condition()) return
    await setTimeout(10)
  }
  throw new Error(`this did not become true: ${condition}`)
}

/** Returns a free port of this machine. */
export async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/**
 * Returns the address by which a program reaches a new server. If the variable OVOC_MOCK_TEST_PROXY has the URL of a proxy, the proxy
 * returns an address that leads through it.
 */
export async function reach (t: Test, options: Partial<Options> = {}): Promise<string> {
  const { url } = await start(t, options)
  const proxy = process.env.OVOC_MOCK_TEST_PROXY
  return proxy === undefined ? url : (await fetch(proxy, { method: 'POST', body: url })).text()
}

/** Sends bytes over a new socket. Returns all that arrives until the server closes it, or is silent for ten seconds. */
export function sendRaw (url: string, bytes: string): Promise<string> {
  const { protocol, hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let received = ''
    const address = { host: hostname.replace(/[[\]]/g, ''), port: Number(port), rejectUnauthorized: false }
    const socket = protocol === 'https:' ? connectSecurely(address, () => socket.write(bytes)) : connect(address, () => socket.write(bytes))
    socket.setTimeout(10_000, () => socket.destroy())
    socket.on('data', chunk => { received += chunk })
    socket.on('error', reject)
    socket.on('close', () => resolve(received))
  })
}

const collectGarbage = (setFlagsFromString('--expose-gc'), runInNewContext('gc')) as () => void

/** Returns the size of the objects in use, in bytes. */
export function heapUsed (): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url))
/** The arguments with which the coverage includes a separate Node process. */
export const coverage = process.env._TAPJS_PROCESSINFO_COVERAGE_ === '0' ? [] : process.execArgv.filter(flag => flag.includes('processinfo'))

/** Returns the parsed command line, without a separate process. */
export function read (args: string[], environment: Record<string, string> = {}): Promise<Invocation> {
  return readCommandLine(args, environment)
}

/** Returns what the command prints, and its exit code, if a promise is rejected. It needs no separate process. */
export async function complaint (failing: Promise<unknown>, environment: Record<string, string> = {}): Promise<{ text: string, exitCode: number }> {
  const error = await failing.then(() => undefined, error => error)
  if (error === undefined) throw new Error('it did not fail')
  return complaintAbout(error, [], environment)
}

/** Runs the command to its end. */
export async function run (t: Test, args: string[], environment: Record<string, string> = {}): Promise<Program> {
  const program = spawnCli(t, args, environment)
  await program.exited
  return program
}

/** Starts the command, and ends it with the test. */
export function spawnCli (t: Test, args: string[], environment: Record<string, string> = {}, stdout: number | 'pipe' = 'pipe'): Program {
  const child = spawn(process.execPath, [...coverage, cli, ...args], { env: { ...process.env, ...environment }, stdio: ['ignore', stdout, 'pipe'] })
  t.teardown(() => { child.kill('SIGKILL') })
  return new Program(child as Child)
}

/** The variables with which the command treats its output as a terminal. */
export const terminal = { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=data:text/javascript,process.stdout.isTTY=true` }

type Child = ChildProcess & { stdout: Readable, stderr: Readable }

/** A running command and its output so far. */
export class Program {
  readonly child: Child
  readonly exited: Promise<void>
  code: number | null = null
  stdout = ''
  stderr = ''

  constructor (child: Child) {
    this.child = child
    child.stdout?.on('data', chunk => { this.stdout += chunk })
    child.stderr.on('data', chunk => { this.stderr += chunk })
    this.exited = once(child, 'close').then(([code]) => { this.code = code })
  }

  /** Waits until the output contains a text. */
  async says (text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      if (this.child.exitCode !== null) throw new Error(`the command ended before it said ${text}: ${this.stderr}`)
      await setTimeout(10)
    }
  }

  /** Waits for the first line of output and returns it. */
  async line (): Promise<string> {
    await this.says('\n')
    return this.stdout.slice(0, this.stdout.indexOf('\n'))
  }
}
