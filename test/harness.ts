import { setTimeout } from 'node:timers/promises'
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { buildApp, startOvocMock } from '../src/index.ts'
import type { Options, OvocMock } from '../src/index.ts'
import { assertDescribed } from './described.ts'

export interface Call { method?: string, body?: unknown, text?: string, headers?: Record<string, string> }
export interface Answer { status: number, headers: Record<string, unknown>, text: string, body: any }
export type Client = (path: string, call?: Call) => Promise<Answer>

/** A client of a server without a socket; every answer that it gets is checked against the OpenAPI document. */
export async function build (t: Test, options: Partial<Options> = {}): Promise<Client> {
  const app = await buildApp(options)
  t.teardown(() => app.close())
  return async (path, { method = 'GET', body, text, headers = {} } = {}) => {
    const payload = text ?? (body === undefined ? undefined : JSON.stringify(body))
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await app.inject({ method: method as 'GET', url: path, headers: { ...type, ...headers }, ...payload !== undefined && { payload } })
    const parsed = String(answer.headers['content-type']).startsWith('application/json') && answer.body !== '' ? answer.json() : undefined
    await assertDescribed(t, method, path, answer.statusCode, parsed)
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: parsed }
  }
}

export async function start (t: Test, options: Partial<Options> = {}): Promise<OvocMock> {
  const mock = await startOvocMock(options)
  t.teardown(() => mock.close())
  return mock
}

/** Sends bytes over a socket of its own and gives back all that comes until the server ends or half a second of silence. */
export function sendRaw (url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.setTimeout(500, () => socket.destroy())
    socket.on('data', chunk => { received += chunk })
    socket.on('error', reject)
    socket.on('close', () => resolve(received))
  })
}

export interface Run { code: number | null, stdout: string, stderr: string }

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

/** Runs the command to its end. */
export async function run (args: string[], environment: Record<string, string> = {}): Promise<Run> {
  const program = spawnCli(args, environment)
  await program.exited
  return program
}

/** Starts the command; `line` resolves with its first line of output. */
export function spawnCli (args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, ...environment } })
  const program = { child, code: null as number | null, stdout: '', stderr: '', exited: Promise.resolve(), line: Promise.resolve('') }
  child.stdout.on('data', chunk => { program.stdout += chunk })
  child.stderr.on('data', chunk => { program.stderr += chunk })
  program.exited = new Promise(resolve => child.on('close', code => { program.code = code; resolve() }))
  program.line = firstLine(program)
  return program
}

async function firstLine (program: { stdout: string, stderr: string, exited: Promise<void> }): Promise<string> {
  let ended = false
  program.exited.then(() => { ended = true })
  while (!program.stdout.includes('\n')) {
    if (ended) throw new Error(`the command ended without output: ${program.stderr}`)
    await setTimeout(10)
  }
  return program.stdout.slice(0, program.stdout.indexOf('\n'))
}
