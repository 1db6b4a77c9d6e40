import type { FastifyRequest } from 'fastify'
import { maxDelay } from '../sandbox/clock.ts'
import { quote } from '../schema/quote.ts'
import type { CataloguedOperation } from './catalogue.ts'
import { Refusal } from './refusal.ts'

/** What a client asks for, for one request only. */
interface Preference {
  /** The operationId. Without it, a request can't ask for anything. */
  operation?: string
  /** A status that the operation documents. */
  code?: number | undefined
  /** The delay of the response, in milliseconds. */
  delay: number
  /** The preferences of the header Prefer that take effect. */
  applied: string[]
}

/**
 * Reads `Prefer: code=404, wait=2` and `?__code=404&__delay=2000`. The two parameters override the header. They are
 * removed from the query.
 * @throws {Refusal} 400 that says what is allowed.
 */
export function readPreference ({ headers, query, server, routeOptions }: FastifyRequest): Preference {
  const operation = server.catalogue.get(routeOptions.schema?.operationId as string)
  if (operation === undefined) return { delay: 0, applied: [] }

  // RFC 7240: names ignore case, values may be quoted, and parameters follow semicolons. The first of a name counts.
  const header = String(headers.prefer ?? '')
  if (header.length > maxPreferLength) {
    throw new Refusal(400, `the header Prefer must have at most ${maxPreferLength} characters, got ${header.length}`)
  }
  const prefer: Record<string, string | undefined> = Object.create(null)
  for (const [text] of header.matchAll(preference)) {
    const [, name = '', quoted, plain = ''] = nameAndValue.exec(text) ?? []
    prefer[name.toLowerCase()] ??= quoted ?? plain
  }

  const asked = query as Record<string, unknown>
  const { __code: code, __delay: delay } = asked
  delete asked.__code
  delete asked.__delay
  const maxSeconds = maxDelay / 1000
  const problems = [
    ...codeProblems('the query is not valid: /__code', code, operation),
    ...numberProblems('the query is not valid: /__delay', 'whole number', delay, maxDelay),
    ...codeProblems('the header Prefer is not valid: code', prefer.code, operation),
    ...numberProblems('the header Prefer is not valid: wait', 'whole number of seconds', prefer.wait, maxSeconds)
  ]
  if (problems.length > 0) throw new Refusal(400, problems.join('; '), { problems })

  const given = code ?? prefer.code
  const applied = []
  if (code === undefined && prefer.code !== undefined && !isSuccess(Number(prefer.code))) {
    applied.push(`code=${prefer.code}`)
  }
  if (delay === undefined && prefer.wait !== undefined) applied.push(`wait=${Number(prefer.wait)}`)
  return {
    operation: operation.operation,
    code: given === undefined ? undefined : Number(given),
    delay: Number(delay ?? Number(prefer.wait ?? 0) * 1000),
    applied
  }
}

/** Returns whether a status leads to the normal response. */
export function isSuccess (code: number): boolean {
  return code === 200 || code === 201
}

function codeProblems (where: string, code: unknown, { operation, statuses }: CataloguedOperation): string[] {
  if (code === undefined || statuses.map(String).includes(code as string)) return []
  return [`${where} must be one of ${statuses.join(', ')}, which ${operation} documents, got ${quote(code)}`]
}

function numberProblems (where: string, what: string, number: unknown, most: number): string[] {
  const isFine = typeof number === 'string' && /^\d{1,7}$/.test(number) && Number(number) <= most
  if (number === undefined || isFine) return []
  return [`${where} must be a ${what} from 0 to ${most}, got ${quote(number)}`]
}

/** The longest header that is read, in characters. A longer one could delay other requests. */
const maxPreferLength = 1000

const preference = /(?:[^,"]|"(?:[^"\\]|\\.)*(?:"|$))+/g
const nameAndValue = /^\s*([^\s=;]+)\s*(?:=\s*(?:"([^"]*)"|([^\s;]*)))?/
