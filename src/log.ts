import { LogController } from 'fastify'
import type { FastifyBaseLogger, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import type { FixtureState } from './control/fixture-routes.ts'
import type { Options } from './options/options.ts'
import { setTimeout } from './node.ts'
import { printable } from './schema/quote.ts'
import { blankMessage, blankUrl } from './schema/secrets.ts'

/** Returns Fastify's options that log to standard output: JSON lines with the option `json`, else lines for people. */
export function logging ({ logLevel, json }: Options): FastifyServerOptions {
  const level = logLevel !== 'auto' ? logLevel : json || process.stdout.isTTY ? 'info' : 'warn'
  if (level === 'silent') return {}
  const forPeople = {
    write (line: string) {
      const { time, msg, err } = JSON.parse(line) as { time: number, msg: string, err?: { stack: string } }
      // Further lines are indented, so that none looks like a separate entry.
      const text = (err?.stack ?? msg).split(/\n *(?=\S)/).map(printable).join('\n    ')
      process.stdout.write(`${new Date(time).toISOString().slice(0, 23).replace('T', ' ')} ${text}\n`)
    }
  }
  return {
    logger: { level, stream: json ? { write: printSoon } : forPeople },
    logController: new RequestLines(),
    // A separate logger for each request costs more than everything that is logged with it.
    childLoggerFactory: (logger: FastifyBaseLogger) => logger
  }
}

/** Logs the result of reading fixtures again after a file changed. */
export function logReload (log: FastifyBaseLogger, path: string, { problems, lost }: FixtureState): void {
  const list = (sentence: string, items: string[]) => [sentence, ...items].join('\n  ')
  if (problems.length > 0) {
    log.error(list(`the fixtures in ${path} can't be served, so those from before still are:`, problems))
  } else log.info(`the fixtures in ${path} were read again`)
  if (lost.length > 0) log.warn(list('these records lost changes that do not fit the fixtures any more:', lost))
}

/** How many characters wait to be printed at most, and how many milliseconds. */
const maxWaiting = 16_384
const maxWait = 10

// All servers of a process share one standard output.
let waiting = ''

/** Prints lines together, because a system call per line takes longer than making the line. */
function printSoon (line: string): void {
  if (waiting === '') setTimeout(printWaiting, maxWait)
  waiting += line
  if (waiting.length > maxWaiting) printWaiting()
}

/** Prints the lines that wait. */
export function printWaiting (): void {
  const lines = waiting
  waiting = ''
  if (lines !== '') process.stdout.write(lines)
}

// The timer does not fire in a process that ends, also by a signal or an error.
process.on('exit', printWaiting)

/** Logs one line for each request with its response. Fastify would log two. */
class RequestLines extends LogController {
  override incomingRequest (): void {}

  override requestCompleted (_error: Error | null, request: FastifyRequest, reply: FastifyReply): void {
    if (!['trace', 'debug', 'info'].includes(request.log.level)) return
    const { method, routeOptions, sandbox: { name: sandbox } } = request
    const operation = routeOptions.schema?.operationId
    const url = printable(blankUrl(request.originalUrl))
    const reason = request.reason === '' ? '' : ` ${blankMessage(request.reason)}`
    const status = reply.raw.writableEnded ? reply.statusCode : null
    const milliseconds = Number(reply.elapsedTime.toFixed(1))
    // People need not read the name of the default sandbox.
    const named = sandbox === 'default' ? undefined : `sandbox ${sandbox}`
    const facts = [operation, named].filter(fact => fact !== undefined)
    const about = facts.length === 0 ? '' : ` (${facts.join(', ')})`
    const line = `${method} ${url} ${status ?? 'unanswered'} ${milliseconds} ms${about}${reason}`
    request.log.info({ method, url, status, milliseconds, sandbox, operation }, line)
  }
}
