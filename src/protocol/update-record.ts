import { isDeepStrictEqual } from 'node:util'
import { referenceProblems, referencesOf } from '../dataset/relations.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { worldAfter } from '../sandbox/change.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { isPlainObject } from '../schema/plain-object.ts'

/**
 * What is wrong with the body of a creation, or of an update of a record, besides its schema: read-only fields that would change, and ids
 * by which it names records that it can't. An update may repeat the ids that the record has, since a fixture folder need not hold what
 * its records name.
 */
export function bodyProblems<Wire extends OvocRecord> (
  sandbox: Sandbox, resource: Resource<Wire>, body: object, record: Partial<Wire> = {}, readOnly: ReadonlyArray<keyof Wire & string> = []
): string[] {
  const given = body as Partial<Wire>
  const changed = readOnly.filter(name => given[name] !== undefined && !isDeepStrictEqual(given[name], record[name]))
  const problems = changed.map(name => `/${name} is read-only and must be left out or stay ${JSON.stringify(record[name])}`)

  // Assumed: whether OVOC takes ids that it does not have is not public.
  const world = { ...worldAfter(sandbox, []), keeps: () => true }
  const { id: own = sandbox.freeId(resource) } = record as { id?: number }
  const present = new Set(Array.from(referencesOf(resource, record), ({ relation: { field }, id }) => `${field}/${id}`))
  for (const reference of referencesOf(resource, body)) {
    const { relation: { field, to }, id } = reference
    if (readOnly.some(name => name === field) || present.has(`${field}/${id}`)) continue
    problems.push(...referenceProblems(world, resource, own, reference, `a ${sandbox.named(to).resource.schema.$id?.toLowerCase()}`))
  }
  return problems
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
