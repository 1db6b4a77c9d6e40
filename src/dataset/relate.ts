import type { Intact, OvocRecord, Relate, Resource } from './resource.ts'

/** A record of a fixture file, as far as it can be compared. */
export interface Entry {
  id: number
  /** What faults call it. */
  name: string
  intact: Intact<OvocRecord>
}

/** The records of one resource; undefined when they are kept elsewhere, or can't be read. */
export interface EntryList { resource: Resource, entries: readonly Entry[] | undefined }

/** Everything that does not hold within a record or between records; a relation to records that are kept elsewhere holds. */
export function relationFaults (lists: readonly EntryList[]): (list: EntryList) => string[] {
  const relate = relateIn(lists)
  const nodes = new Map<number, string>()
  return ({ resource, entries = [] }) => {
    const owners = new Map<string, Entry>()
    return entries.flatMap(entry => {
      const faults = [...uniquenessFaults(entry, resource, nodes), ...resource.check(entry.intact, relate), ...ownershipFaults(entry, resource, owners)]
      return faults.map(fault => `${entry.name}: ${fault}`)
    })
  }
}

function relateIn (lists: readonly EntryList[]): Relate {
  const known = new Map(lists.map(({ resource, entries }) => [resource.name, entries && new Map(entries.map(({ id, intact }) => [id, intact]))]))
  return (pointer, resourceName, id, holds) => {
    const others = known.get(resourceName)
    if (id === null || others === undefined) return []
    const other = others.get(id)
    if (other === undefined) return [`${pointer} must be the id of a record in ${resourceName}.json, got ${id}`]
    return holds === undefined || holds.test(other) ? [] : [`${pointer} must be the id of a record in ${resourceName}.json that ${holds.expected}, got ${id}`]
  }
}

// One sequence gives all topology nodes their ids; whether it gives others theirs too is not public.
function uniquenessFaults ({ id }: Entry, { name, isNode }: Resource, nodes: Map<number, string>): string[] {
  if (!isNode) return []
  const holder = nodes.get(id) ?? name
  nodes.set(id, holder)
  return holder === name ? [] : [`/id must be no other topology node's, got ${id}, which is in ${holder}.json too`]
}

function ownershipFaults (entry: Entry, { owned = [] }: Resource, owners: Map<string, Entry>): string[] {
  return owned.flatMap(field => idsIn(entry, field).flatMap((id, index) => {
    const owner = owners.get(`${field} ${id}`) ?? entry
    owners.set(`${field} ${id}`, owner)
    return owner === entry ? [] : [`/${field}/${index} must be there in one record alone, got ${id}, which record ${owner.id} has too`]
  }))
}

function idsIn ({ intact }: Entry, field: string): readonly number[] {
  return (intact as Record<string, number[] | undefined>)[field] ?? []
}
