import { isDeepStrictEqual } from 'node:util'
import { newReferences, referenceProblems } from '../dataset/relations.ts'
import type { Resource } from '../dataset/resource.ts'
import { isPlainObject } from '../schema/parse-json.ts'
import { textProblems } from '../schema/text-problems.ts'
import { maxReferences, tooMany, worldAfter } from './change.ts'
import type { Sandbox } from './sandbox.ts'

type Fields = Record<string, unknown>

/**
 * Returns the problems in the body of a creation or an update that its schema does not show. They are texts that no
 * record may hold, read-only fields that would change, and wrong references. An update may repeat the references of
 * the record, because a fixture folder need not have the records that they name.
 * @param id the id of the record, or the one that a new record will have.
 */
export function bodyProblems (
  sandbox: Sandbox, resource: Resource, id: number, body: Fields, record: Fields = {}, readOnly: readonly string[] = []
): string[] {
  // Assumed: no public source says whether OVOC accepts ids of missing records.
  const world = { ...worldAfter(sandbox, []), keeps: () => true }
  const references = newReferences(resource, record, body).filter(({ relation }) => !readOnly.includes(relation.field))
  const ofReferences = references.length > maxReferences
    ? [tooMany(references.length)]
    : references.flatMap(reference => {
      const what = `a ${sandbox.named(reference.relation.to).resource.noun}`
      return [...referenceProblems(world, resource, id, reference, what)]
    })

  const changed = readOnly.filter(name => body[name] !== undefined && !isDeepStrictEqual(body[name], record[name]))
  return [
    ...textProblems(body),
    ...changed.map(name => `/${name} is read-only and must be left out or stay ${JSON.stringify(record[name])}`),
    ...ofReferences
  ]
}

/** Returns the record with the fields of an update. Objects merge by key, and all other values are replaced. */
export function mergeByKey<Wire> (present: Wire, update: unknown): Wire {
  if (!isPlainObject(present) || !isPlainObject(update)) return update as Wire
  // If keys were assigned one by one, a key `__proto__` would vanish.
  const merged = Object.entries(update).map(([key, value]) => [key, mergeByKey(present[key], value)])
  return { ...present, ...Object.fromEntries(merged) }
}
