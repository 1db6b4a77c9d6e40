import { referencesOf } from './relations.ts'
import type { OvocRecord, Resource } from './resource.ts'

/** An index of which records refer to a record. */
export class Referrers {
  readonly #byTarget = new Map<string, Set<number>>()

  /** The ids of the records of a resource that refer to a record. */
  of ({ name }: Resource, targetName: string, targetId: number): Iterable<number> {
    return this.#byTarget.get(`${name} ${targetName}/${targetId}`) ?? []
  }

  /** Adds records that are not in the index yet. */
  add (resource: Resource, records: Iterable<readonly [id: number, record: OvocRecord | undefined]>): this {
    for (const [id, record] of records) this.replace(resource, id, undefined, record)
    return this
  }

  /** Replaces a record, or adds or removes it where the other one is undefined. */
  replace (resource: Resource, id: number, before: OvocRecord | undefined, after: OvocRecord | undefined): void {
    for (const target of targetsOf(resource, before)) {
      const ids = this.#byTarget.get(target) as Set<number>
      ids.delete(id)
      if (ids.size === 0) this.#byTarget.delete(target)
    }
    for (const target of targetsOf(resource, after)) {
      const ids = this.#byTarget.get(target) ?? new Set()
      this.#byTarget.set(target, ids.add(id))
    }
  }
}

function targetsOf (resource: Resource, record: OvocRecord | undefined): Set<string> {
  const references = record === undefined ? [] : referencesOf(resource, record)
  return new Set(Array.from(references, ({ relation: { to }, id }) => `${resource.name} ${to}/${id}`))
}
