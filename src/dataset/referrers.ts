import type { Intact, OvocRecord, Resource } from './resource.ts'

/** Which records of one resource refer to a record, so that none has to be searched for. */
export class Referrers {
  readonly #resource: Resource<any>
  readonly #byTarget = new Map<string, Set<number>>()

  constructor (resource: Resource<any>, records: Iterable<readonly [id: number, record: OvocRecord | undefined]>) {
    this.#resource = resource
    for (const [id, record] of records) this.replace(id, undefined, record)
  }

  /** The ids of the records that refer to a record. */
  of (resourceName: string, id: number): Iterable<number> {
    return this.#byTarget.get(keyOf(resourceName, id)) ?? []
  }

  /** Takes note that a record has come in the place of another. */
  replace (id: number, before: OvocRecord | undefined, after: OvocRecord | undefined): void {
    for (const target of this.#targetsOf(before)) this.#remove(target, id)
    for (const target of this.#targetsOf(after)) this.#add(target, id)
  }

  // A record's check asks for each of its relations.
  #targetsOf (record: OvocRecord | undefined): Set<string> {
    const targets = new Set<string>()
    if (record === undefined) return targets
    this.#resource.check(record as Intact<any>, (_, resourceName, id) => {
      if (id !== null) targets.add(keyOf(resourceName, id))
      return []
    })
    return targets
  }

  #add (target: string, id: number): void {
    const ids = this.#byTarget.get(target) ?? new Set()
    this.#byTarget.set(target, ids.add(id))
  }

  #remove (target: string, id: number): void {
    const ids = this.#byTarget.get(target) as Set<number>
    ids.delete(id)
    if (ids.size === 0) this.#byTarget.delete(target)
  }
}

function keyOf (resourceName: string, id: number): string {
  return `${resourceName}/${id}`
}
