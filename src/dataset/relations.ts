import type { OvocRecord, Relation, Resource } from './resource.ts'

/** An id by which a record names another. */
export interface Reference {
  relation: Relation
  /** Where in the record the id is. */
  pointer: string
  id: number
}

/** The ids by which a record names others. What is no id at all is the schema's to report. */
export function * referencesOf ({ relations = [] }: Resource, record: object): Generator<Reference> {
  for (const relation of relations) {
    const pointer = `/${relation.field}`
    const value = (record as Record<string, unknown>)[relation.field]
    if (isId(value)) yield { relation, pointer, id: value }
    if (!Array.isArray(value)) continue
    for (const [index, id] of value.entries()) if (isId(id)) yield { relation, pointer: `${pointer}/${index}`, id }
  }
}

function isId (value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number > 0
}

/** The records among which relations must hold. Resources go by their names. */
export interface World {
  readonly resources: Iterable<Resource>
  /** Whether the record of an id would be here; about any other nothing is known. */
  keeps (resourceName: string, id: number): boolean
  has (resourceName: string, id: number): boolean
  find (resourceName: string, id: number): OvocRecord | undefined
  /** Whether the lists have an id; where every id has a record, they do not have all of them. */
  lists (resourceName: string, id: number): boolean
  /** The ids of a resource's records that may name a record, with some that do not, or that are not there. */
  referrersTo (resource: Resource, targetName: string, targetId: number): Iterable<number>
  /** What problems call the records of a resource. */
  nameOf (resourceName: string): string
}

/** What is wrong with the id of a record, and with the records that it names. */
export function * recordProblems (world: World, resource: Resource, own: number, record: object): Generator<string> {
  const holder = otherNode(world, resource, own)
  if (holder !== undefined) yield `/id must be no other topology node's, got ${own}, which is in ${world.nameOf(holder)} too`
  for (const reference of referencesOf(resource, record)) yield * referenceProblems(world, resource, own, reference)
}

/**
 * The name of another resource that has a topology node of this id. OVOC has one sequence of ids for all of them; whether other records
 * get theirs from it is not public.
 */
export function otherNode ({ resources, lists }: World, { name, isNode }: Resource, id: number): string | undefined {
  if (!isNode) return undefined
  for (const other of resources) if (other.isNode && other.name !== name && lists(other.name, id)) return other.name
  return undefined
}

/**
 * What is wrong with one id by which a record names another: it leads nowhere, the other does not name this record, or belongs to another.
 * @param what what the problem calls the other record.
 */
export function * referenceProblems (
  world: World, resource: Resource, own: number, { relation: { field, to, back, owned }, pointer, id }: Reference,
  what = `a record in ${world.nameOf(to)}`
): Generator<string> {
  if (world.keeps(to, id)) {
    if (!world.has(to, id)) yield `${pointer} must be the id of ${what}, got ${id}`
    else if (back !== undefined) {
      // In a fixture, the field that would tell may be missing.
      const named = (world.find(to, id) as Record<string, unknown>)[back]
      const isBack = Array.isArray(named) ? named.includes(own) : named === undefined || named === own
      if (!isBack) yield `${pointer} must be the id of ${what} that has ${Array.isArray(named) ? `${own} in ${back}` : `${back} ${own}`}, got ${id}`
    }
  }

  if (owned !== true) return
  for (const other of world.referrersTo(resource, to, id)) {
    const rival = other !== own && world.has(resource.name, other) ? world.find(resource.name, other) as Record<string, unknown> : undefined
    if (![rival?.[field]].flat().includes(id)) continue
    yield `${pointer} must be there in one record alone, got ${id}, which record ${other} has too`
    return
  }
}
