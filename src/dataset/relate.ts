import type { OvocRecord, Relate } from './resource.ts'

/** The records among which relations must hold. */
export interface Related {
  /** Whether the record of an id would be here; of no other is anything known. */
  keeps (resourceName: string, id: number): boolean
  find (resourceName: string, id: number): OvocRecord | undefined
  /** What a fault calls the records of a resource. */
  nameOf (resourceName: string): string
}

/** Checks relations within a set of records; what it would not keep is taken to be kept elsewhere. */
export function relateIn ({ keeps, find, nameOf }: Related): Relate {
  return (pointer, resourceName, id, holds) => {
    if (id === null || !keeps(resourceName, id)) return []
    const other = find(resourceName, id)
    if (other === undefined) return [`${pointer} must be the id of a record in ${nameOf(resourceName)}, got ${id}`]
    return holds === undefined || holds.test(other) ? [] : [`${pointer} must be the id of a record in ${nameOf(resourceName)} that ${holds.expected}, got ${id}`]
  }
}
