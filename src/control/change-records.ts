import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { Refusal, refuseProblems } from '../protocol/refusal.ts'
import { mergeByKey } from '../protocol/update-record.ts'
import { change } from '../sandbox/change.ts'
import type { Change } from '../sandbox/change.ts'
import type { Collection } from '../sandbox/collection.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { suggest } from '../schema/describe-problems.ts'
import { quote } from '../schema/quote.ts'
import { referencesOf } from '../dataset/relations.ts'
import { isPlainObject } from '../schema/parse-json.ts'
import { formatDateTime } from '../schema/primitives.ts'
import { sharedSchemas } from '../schema/statuses.ts'

/** @throws {Refusal} 404 with the closest name. */
export function collectionNamed (sandbox: Sandbox, resourceName: string): Collection<OvocRecord> {
  const known = [...sandbox.dataset.resources.keys()]
  if (known.includes(resourceName)) return sandbox.named(resourceName)
  throw new Refusal(404, `there is no resource ${quote(resourceName)}${suggest(resourceName, known)}`)
}

/** @throws {Refusal} 404 that names what is unknown. */
export function getRecord (sandbox: Sandbox, resourceName: string, id: number): OvocRecord {
  const record = collectionNamed(sandbox, resourceName).get(id)
  if (record === undefined) throw new Refusal(404, `there is no record ${id} in ${resourceName}`)
  return record
}

/**
 * Adds a record under the id that is given or else the sequence's next.
 * @throws {Refusal} 409 when the id is taken, and as `apply` does.
 */
export function createRecord (sandbox: Sandbox, resourceName: string, given: object): { id: number, record: OvocRecord } {
  const collection = collectionNamed(sandbox, resourceName)
  const { resource } = collection
  const free = sandbox.freeId(resource)
  const wanted = resource.idOf(given, free)
  const id = Number.isSafeInteger(wanted) && wanted > 0 ? wanted : free
  if (collection.lists(id)) throw new Refusal(409, `${resourceName}/${id} is there already; PUT replaces it, PATCH changes some of its fields`)
  const record = completeRecord(sandbox, resource, id, given)
  apply(sandbox, [{ resource, id, record, place: '' }])
  return { id, record }
}

/** @throws {Refusal} as `apply` does. */
export function putRecord (sandbox: Sandbox, resourceName: string, id: number, record: OvocRecord): OvocRecord {
  const { resource } = collectionNamed(sandbox, resourceName)
  apply(sandbox, [{ resource, id, record, place: '' }])
  return record
}

/** @throws {Refusal} 404 that names what is unknown, and as `apply` does. */
export function patchRecord (sandbox: Sandbox, resourceName: string, id: number, fields: object): OvocRecord {
  return putRecord(sandbox, resourceName, id, mergeByKey(getRecord(sandbox, resourceName, id), fields))
}

/** @throws {Refusal} 404 that names what is unknown, 409 that names what refers to the record. */
export function deleteRecord (sandbox: Sandbox, resourceName: string, id: number): void {
  getRecord(sandbox, resourceName, id)
  const { resource } = sandbox.named(resourceName)
  apply(sandbox, [{ resource, id, record: undefined, place: '' }])
}

/**
 * Puts many records at once, by resource name; those that have no id are added. The answer is how many.
 * @throws {Refusal} as `apply` does.
 */
export function putRecords (sandbox: Sandbox, batch: Record<string, OvocRecord[]>): number {
  const changes = Object.entries(batch).flatMap(([resourceName, records]) => {
    const { resource } = sandbox.named(resourceName)
    const free = sandbox.freeId(resource)
    return records.map((record, index) => ({ resource, id: resource.idOf(record, free + index), record, place: `/${resourceName}/${index}` }))
  })
  apply(sandbox, changes)
  return changes.length
}

/** @throws {Refusal} 400 that says what is wrong with the records, 409 that says which relations would not hold. */
function apply (sandbox: Sandbox, changes: readonly Change[]): void {
  const { own, relations } = change(sandbox, changes)
  if (own.length > 0) refuseProblems([...own, ...relations])
  if (relations.length > 0) throw new Refusal(409, `relations would not hold after this: ${relations.join('; ')}; PUT /__admin/records changes records together`, {}, relations)
}

type Fields = Record<string, unknown>

/** A record under an id with the given fields; what its schema requires besides is drawn by the generator, and dated by the sandbox's clock. */
export function completeRecord (sandbox: Sandbox, resource: Resource, id: number, given: object): OvocRecord {
  const draft = sandbox.dataset.draft(resource, id)
  // A draft refers to another record only if it must, as a call to its device. Any record that exists will do.
  for (const { relation: { field, to }, id: drawn } of referencesOf(resource, draft)) {
    const [first = drawn] = sandbox.named(to).ids()
    Object.assign(draft, { [field]: first })
  }
  for (const name of dates) if (name in draft) Object.assign(draft, { [name]: formatDateTime(sandbox.clock.now()) })
  return complete(given as Fields, draft as Fields, resource.schema as unknown as Shape)
}

// When a record came to be, and was last changed.
const dates = ['definedAt', 'lastChanged']

interface Shape { $ref?: string, required?: string[], properties: Record<string, Shape> }

function complete (given: Fields, draft: Fields, shape: Shape): Fields {
  const { required = [], properties } = resolve(shape)
  const needed = required.map(name => [name, Object.hasOwn(given, name) ? completeField(given[name], draft[name], properties[name] as Shape) : draft[name]])
  const others = Object.entries(given).filter(([name]) => !required.includes(name))
  return Object.fromEntries([...needed, ...others])
}

function completeField (given: unknown, draft: unknown, shape: Shape): unknown {
  return isPlainObject(given) && isPlainObject(draft) ? complete(given, draft, shape) : given
}

function resolve (shape: Shape): Shape {
  return shape.$ref === undefined ? shape : sharedSchemas.find(({ $id }) => `${$id}#` === shape.$ref) as unknown as Shape
}
