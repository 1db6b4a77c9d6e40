import type { OvocRecord, Relate } from './resource.ts'

/** Checks relations within a set of records; a resource of which there are none at all is taken to be kept elsewhere. */
export function relateIn (records: ReadonlyMap<string, ReadonlyMap<number, OvocRecord>>): Relate {
  return (pointer, resourceName, id, holds) => {
    const others = records.get(resourceName)
    if (id === null || others === undefined || others.size === 0) return []
    const other = others.get(id)
    if (other === undefined) return [`${pointer} must be the id of a record in ${resourceName}.json, got ${id}`]
    return holds === undefined || holds.test(other) ? [] : [`${pointer} must be the id of a record in ${resourceName}.json that ${holds.expected}, got ${id}`]
  }
}
