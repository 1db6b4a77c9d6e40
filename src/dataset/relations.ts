import { quote } from '../schema/quote.ts'
import type { OvocRecord, Relation, Resource } from './resource.ts'

/** One id that refers to another record, and its place in the list that it is in. */
export interface Reference { relation: Relation, id: number, index: number | undefined }

/** Returns all references of a record. It skips values that are not ids: the schema reports them. */
export function referencesOf ({ relations = [] }: Resource, record: object): Reference[] {
  const references: Reference[] = []
  for (const relation of relations) {
    const value = (record as Record<string, unknown>)[relation.field]
    const isList = Array.isArray(value)
    const ids = isList ? value : [value]
    // A body may have 39,000 ids. A generator takes three times as long.
    for (let index = 0; index < ids.length; index++) {
      const id = ids[index]
      if (Number.isSafeInteger(id) && id > 0) references.push({ relation, id, index: isList ? index : undefined })
    }
  }
  return references
}

/** Returns the JSON pointer of a reference in its own record. */
export function pointerOf ({ relation: { field }, index }: Reference): string {
  return index === undefined ? `/${field}` : `/${field}/${index}`
}

/** The records whose relations are checked. */
export interface World {
  readonly resources: readonly Resource[]
  /** Whether records of a resource are kept here, so that a reference to this id can be checked. */
  keeps (resourceName: string, id: number): boolean
  find (resourceName: string, id: number): OvocRecord | undefined
  /** Whether an id is listed. With `--unknown-ids generate`, records that are not listed exist too. */
  lists (resourceName: string, id: number): boolean
  /** The ids of all records of a resource that refer to a record. Some may not refer to it, or not exist. */
  referrersTo (resource: Resource, targetName: string, targetId: number): Iterable<number>
  /** The name of a resource's list in problems. */
  nameOf (resourceName: string): string
}

/** Yields what is wrong with the id and the references of a record. */
export function * recordProblems (
  world: World, resource: Resource, own: number, references: Iterable<Reference>
): Generator<string> {
  const holder = otherNode(world, resource, own)
  if (holder !== undefined) {
    yield `/id must not be the id of another topology node, got ${own}, which is also in ${world.nameOf(holder)}`
  }
  for (const reference of references) yield * referenceProblems(world, resource, own, reference)
}

/** Returns the references of a record that are new, or that lead to something changed. */
export function newReferences (
  resource: Resource, before: object | undefined, after: object, isChanged = (_reference: Reference) => false
): Reference[] {
  if (before === undefined) return referencesOf(resource, after)
  const known = new Map(resource.relations?.map(relation => [relation, new Set<number>()]))
  for (const { relation, id } of referencesOf(resource, before)) known.get(relation)?.add(id)
  return referencesOf(resource, after)
    .filter(reference => known.get(reference.relation)?.has(reference.id) !== true || isChanged(reference))
}

/**
 * Returns the name of another resource that has a topology node with this id. OVOC numbers all topology nodes in one
 * sequence. Whether other records share it is not public.
 */
export function otherNode ({ resources, lists }: World, { name, isNode }: Resource, id: number): string | undefined {
  if (!isNode) return undefined
  return resources.find(other => other.isNode && other.name !== name && lists(other.name, id))?.name
}

/**
 * Yields what is wrong with one reference. The other record may not exist, not refer back, or belong to a third record.
 * @param what the name of the other record in problems.
 */
export function * referenceProblems (
  world: World, resource: Resource, own: number, reference: Reference,
  what = `a record in ${world.nameOf(reference.relation.to)}`
): Generator<string> {
  const { relation: { field, to, back, owned }, id } = reference
  const pointer = pointerOf(reference)
  const find = (name: string, id: number) => world.find(name, id) as Record<string, unknown> | undefined
  if (world.keeps(to, id)) {
    const target = find(to, id)
    if (target === undefined) yield `${pointer} must be the id of ${what}, got ${id}`
    else if (back !== undefined) {
      // A fixture may lack the field; its schema problem reports that.
      const value = target[back]
      const expected = Array.isArray(value) ? `${own} in ${back}` : `${back} ${own}`
      const isBack = value === undefined || refersTo(value, own)
      if (!isBack) yield `${pointer} must be the id of ${what} that has ${expected}, got ${id}`
    }
  }

  if (owned !== true) return
  for (const other of world.referrersTo(resource, to, id)) {
    if (other === own || !refersTo(find(resource.name, other)?.[field], id)) continue
    yield `${pointer} must appear in only one record, got ${id}, which record ${other} also has`
    return
  }
}

/** Returns whether a field refers to a record. A list may be long, so it is not copied. */
function refersTo (value: unknown, id: number): boolean {
  return Array.isArray(value) ? value.includes(id) : value === id
}

/**
 * Yields what is wrong with a record's list-only fields: no related record has these values.
 * @param listed the list-only fields.
 */
export function * listOnlyProblems (
  world: World, { listOnly, relations }: Resource, record: OvocRecord, listed: OvocRecord
): Generator<string> {
  const { to } = relations?.find(({ field }) => field === listOnly?.through) ?? {}
  if (listOnly === undefined || to === undefined) return
  const { through, fields } = listOnly
  const ids = (record as Record<string, unknown>)[through]
  if (!Array.isArray(ids) || (ids.length > 0 && !world.keeps(to, ids[0]))) return

  let candidates = ids.flatMap((id): Array<Record<string, any>> => [world.find(to, id) ?? []].flat())
  for (const [name, value] of Object.entries(listed)) {
    const field = fields[name] as string
    if (ids.length === 0) {
      if (value !== null) yield `/${name} must be null, since ${through} is empty, got ${quote(value)}`
      continue
    }
    // A fixture may lack the field; its schema problem reports that.
    candidates = candidates.filter(other => other[field] === undefined || other[field] === value)
    if (candidates.length > 0) continue
    yield `/${name} must be the ${field} of a record in ${through}, got ${quote(value)}`
    return
  }
}

/** An index of which records refer to a record. */
export class Referrers {
  /** By relation and id, the record that refers to that id, or all that do. */
  readonly #byRelation = new Map<Relation, Map<number, number | Set<number>>>()

  /** Adds records that the index does not have yet. */
  add (resource: Resource, records: Iterable<readonly [id: number, record: OvocRecord | undefined]>): this {
    for (const [id, record] of records) this.replace(resource, id, undefined, record)
    return this
  }

  /** Returns the ids of a resource's records that refer to a record. */
  * of ({ relations = [] }: Resource, targetName: string, targetId: number): Generator<number> {
    for (const relation of relations) {
      const ids = relation.to === targetName ? this.#byRelation.get(relation)?.get(targetId) : undefined
      if (typeof ids === 'number') yield ids
      else if (ids !== undefined) yield * ids
    }
  }

  /** Replaces a record. If `before` or `after` is undefined, it adds or removes the record. */
  replace (resource: Resource, id: number, before: OvocRecord | undefined, after: OvocRecord | undefined): void {
    for (const { relation, id: target } of before === undefined ? [] : referencesOf(resource, before)) {
      const byTarget = this.#byRelation.get(relation)
      const ids = byTarget?.get(target)
      if (ids === id) byTarget?.delete(target)
      else if (typeof ids === 'object') ids.delete(id)
    }
    for (const { relation, id: target } of after === undefined ? [] : referencesOf(resource, after)) {
      const byTarget = this.#byRelation.get(relation) ?? new Map<number, number | Set<number>>()
      this.#byRelation.set(relation, byTarget)
      const ids = byTarget.get(target)
      if (ids === undefined) byTarget.set(target, id)
      else if (typeof ids === 'object') ids.add(id)
      else if (ids !== id) byTarget.set(target, new Set([ids, id]))
    }
  }
}
