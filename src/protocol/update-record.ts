import { isDeepStrictEqual } from 'node:util'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { shorten } from '../schema/describe-faults.ts'
import { isPlainObject } from '../schema/plain-object.ts'
import { answerError } from './errors.ts'
import { Refusal, bodyRefusal } from './refusal.ts'

/** What an update would change that it may only repeat. */
export function readOnlyFaults<Wire extends object> (record: Wire, update: object, readOnly: ReadonlyArray<keyof Wire & string>): string[] {
  const given = update as Partial<Wire>
  const changed = readOnly.filter(name => given[name] !== undefined && !isDeepStrictEqual(given[name], record[name]))
  return changed.map(name => `/${name} is read-only and must be left out or stay ${JSON.stringify(record[name])}`)
}

/** What the ids in a field of a record refer to. */
export interface Relation {
  resourceName: string
  /** What a fault calls such a record. */
  what: string
  /** The ids that the record has there already. */
  present: ReadonlySet<number | null>
}

/**
 * The fault of an id that refers to nothing. Those that the record has already may stay, since a fixture folder need not hold
 * what its records refer to. What is no id at all is the schema's to tell.
 */
export function relationFaults (sandbox: Sandbox, { resourceName, what, present }: Relation, pointer: string, id: unknown): string[] {
  // Assumed: whether OVOC takes ids that it does not have is not public.
  const isFine = !isId(id) || present.has(id) || sandbox.find(resourceName, id) !== undefined
  return isFine ? [] : [`${pointer} must be the id of ${what}, got ${id}`]
}

function isId (value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number > 0
}

/**
 * An error handler for requests whose body may break both its schema and the rules beyond it, so that one answer names all faults.
 * @param faultsOf what is wrong with a body beyond its schema; `id` is that of the path, if it has one.
 */
export function nameAllFaults (faultsOf: (sandbox: Sandbox, body: Record<string, unknown>, id: number) => readonly string[]) {
  return (error: FastifyError | Refusal, request: FastifyRequest, reply: FastifyReply): void => {
    const { sandbox, body, params } = request as FastifyRequest<{ Body: Record<string, unknown>, Params: { id: number } }>
    const isOfSchema = error instanceof Refusal && 'validationContext' in error && error.validationContext === 'body' && error.faults.length > 0
    answerError(isOfSchema ? bodyRefusal([...error.faults, ...shorten(faultsOf(sandbox, body, params.id))]) : error, request, reply)
  }
}

/** The record with the fields of an update in it; objects merge by key, all else is replaced. */
export function mergeByKey<Wire> (record: Wire, update: unknown): Wire {
  return merge(record, update) as Wire
}

function merge (present: unknown, update: unknown): unknown {
  if (!isPlainObject(present) || !isPlainObject(update)) return update
  // Assigned one by one, a key `__proto__` would vanish.
  return { ...present, ...Object.fromEntries(Object.entries(update).map(([key, value]) => [key, merge(present[key], value)])) }
}
