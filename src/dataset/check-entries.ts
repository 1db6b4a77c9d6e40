import { relateIn } from './relate.ts'
import type { Intact, OvocRecord, Resource } from './resource.ts'

/** A record of a fixture file, as far as it can be compared. */
export interface Entry {
  id: number
  /** What faults call it. */
  name: string
  intact: Intact<OvocRecord>
}

/** The records of one resource; undefined when they are kept elsewhere, or can't be read. */
export interface EntryList { resource: Resource, entries: readonly Entry[] | undefined }

/**
 * Everything that does not hold within a record or between records; a relation to records that are kept elsewhere holds.
 * @param nameOf what faults call the records of a resource.
 */
export function checkEntries (lists: readonly EntryList[], nameOf: (resourceName: string) => string): (list: EntryList) => string[] {
  const known = new Map(lists.map(({ resource, entries }) => [resource.name, entries && new Map(entries.map(({ id, intact }) => [id, intact]))]))
  const relate = relateIn({ keeps: name => known.get(name) !== undefined, find: (name, id) => known.get(name)?.get(id), nameOf })
  const nodes = new Map<number, string>()
  return ({ resource, entries = [] }) => {
    const owners = new Map<string, Entry>()
    return entries.flatMap(entry => {
      const faults = [...uniquenessFaults(entry, resource, nodes, nameOf), ...resource.check(entry.intact, relate), ...ownershipFaults(entry, resource, owners)]
      return faults.map(fault => `${entry.name}: ${fault}`)
    })
  }
}

// One sequence gives all topology nodes their ids; whether it gives others theirs too is not public.
function uniquenessFaults ({ id }: Entry, { name, isNode }: Resource, nodes: Map<number, string>, nameOf: (name: string) => string): string[] {
  if (!isNode) return []
  const holder = nodes.get(id) ?? name
  nodes.set(id, holder)
  return holder === name ? [] : [`/id must be no other topology node's, got ${id}, which is in ${nameOf(holder)} too`]
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
