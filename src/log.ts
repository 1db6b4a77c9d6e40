import { LogController } from 'fastify'
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import type { Options } from './options.ts'

/** The logger's settings: JSON lines when asked for, else lines for people; on standard output. */
export function loggerFor (options: Options): NonNullable<FastifyServerOptions['logger']> {
  const level = levelOf(options)
  return level === 'silent' ? false : { level, stream: options.json ? process.stdout : { write: printForPeople } }
}

function levelOf ({ logLevel, json }: Options): string {
  if (logLevel !== 'auto') return logLevel
  return json || process.stdout.isTTY ? 'info' : 'warn'
}

/** Logs one line for each answered request, where Fastify has two; none where the level leaves them out. */
export class RequestLines extends LogController {
  readonly #areLogged: boolean

  constructor (options: Options) {
    super()
    this.#areLogged = ['trace', 'debug', 'info'].includes(levelOf(options))
  }

  override incomingRequest (): void {}

  override requestCompleted (_error: Error | null, request: FastifyRequest, reply: FastifyReply): void {
    if (!this.#areLogged) return
    const { method, originalUrl: url, fault } = request
    const reason = fault === '' ? '' : ` ${fault}`
    const status = reply.raw.writableEnded ? reply.statusCode : null
    const milliseconds = Number(reply.elapsedTime.toFixed(1))
    request.log.info({ method, url, status, milliseconds }, `${method} ${url} ${status ?? 'unanswered'} ${milliseconds} ms${reason}`)
  }
}

function printForPeople (line: string): void {
  const { time, msg, err } = JSON.parse(line) as { time: number, msg: string, err?: { stack: string } }
  process.stdout.write(`${new Date(time).toISOString().slice(11, 23)} ${err?.stack ?? msg}\n`)
}
