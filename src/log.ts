import fastify, { LogController } from 'fastify'
import type { FastifyBaseLogger, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import type { Options } from './options.ts'

type LoggerOptions = NonNullable<FastifyServerOptions['logger']>

/**
 * What Fastify is told of logging: it has a logger where each request is logged; without one it spares each request the listeners for that.
 * @param faultLog that of `faultLogFor`.
 */
export function logging (options: Options, faultLog: FastifyBaseLogger | undefined) {
  const logController = new RequestLines(faultLog)
  // A logger of its own for each request costs more than all that is done with it.
  return logsRequests(options) ? { logController, logger: settings(options), childLoggerFactory: (logger: FastifyBaseLogger) => logger } : { logController }
}

/** The logger of what goes wrong where requests are not logged; undefined where they are, or nothing is. */
export function faultLogFor (options: Options): FastifyBaseLogger | undefined {
  if (logsRequests(options) || levelOf(options) === 'silent') return undefined
  return madeAtFirstLine(() => fastify({ logger: settings(options) }).log)
}

/** JSON lines when asked for, else lines for people; on standard output. */
function settings (options: Options): LoggerOptions {
  return { level: levelOf(options), stream: options.json ? process.stdout : { write: printForPeople } }
}

function levelOf ({ logLevel, json }: Options): string {
  if (logLevel !== 'auto') return logLevel
  return json || process.stdout.isTTY ? 'info' : 'warn'
}

function logsRequests (options: Options): boolean {
  return ['trace', 'debug', 'info'].includes(levelOf(options))
}

/** Logs one line for each answered request, where Fastify has two; where the level leaves these out, only what goes wrong. */
class RequestLines extends LogController {
  readonly #faultLog: FastifyBaseLogger | undefined

  constructor (faultLog: FastifyBaseLogger | undefined) {
    super()
    this.#faultLog = faultLog
  }

  override incomingRequest (request: FastifyRequest, reply: FastifyReply): void {
    if (this.#faultLog !== undefined) (request as { log: FastifyBaseLogger }).log = reply.log = this.#faultLog
  }

  override requestCompleted (_error: Error | null, request: FastifyRequest, reply: FastifyReply): void {
    const { method, originalUrl: url, fault } = request
    const reason = fault === '' ? '' : ` ${fault}`
    const status = reply.raw.writableEnded ? reply.statusCode : null
    const milliseconds = Number(reply.elapsedTime.toFixed(1))
    request.log.info({ method, url, status, milliseconds }, `${method} ${url} ${status ?? 'unanswered'} ${milliseconds} ms${reason}`)
  }
}

// Most servers never log a fault, and a logger takes time to load.
function madeAtFirstLine (make: () => FastifyBaseLogger): FastifyBaseLogger {
  let made: FastifyBaseLogger | undefined
  return new Proxy({} as FastifyBaseLogger, {
    get (_target, name) {
      made ??= make()
      return Reflect.get(made, name)
    }
  })
}

function printForPeople (line: string): void {
  const { time, msg, err } = JSON.parse(line) as { time: number, msg: string, err?: { stack: string } }
  process.stdout.write(`${new Date(time).toISOString().slice(11, 23)} ${err?.stack ?? msg}\n`)
}
