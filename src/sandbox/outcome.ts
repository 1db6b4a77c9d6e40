import { Referrers } from '../dataset/referrers.ts'
import { relateIn } from '../dataset/relate.ts'
import type { OvocRecord, Relate, Resource } from '../dataset/resource.ts'
import type { Change } from './change.ts'
import type { Sandbox } from './sandbox.ts'

interface Referrer { resource: Resource<any>, id: number, record: OvocRecord }

/** A sandbox as it will be when changes are made. */
export class Outcome {
  readonly relate: Relate
  /** Checks relations to changed records only. */
  readonly relateToChanged: Relate
  readonly #sandbox: Sandbox
  readonly #changes: readonly Change[]
  readonly #changed: ReadonlySet<string>
  /** Of each resource that was asked about, what its changed records refer to. */
  readonly #given = new Map<string, Referrers>()
  /** The changed records, and those that were looked at. */
  readonly #records: Map<string, OvocRecord | undefined>

  constructor (sandbox: Sandbox, changes: readonly Change[]) {
    this.#sandbox = sandbox
    this.#changes = changes
    this.#records = new Map(changes.map(({ resource, id, record }) => [keyOf(resource.name, id), record]))
    this.#changed = new Set(this.#records.keys())
    this.relate = relateIn({
      // A resource of which the fixtures have no list is kept elsewhere, but for generated records.
      keeps: (name, id) => {
        const { resource } = sandbox.named(name)
        return sandbox.dataset.fixturesOf(resource) !== undefined || sandbox.dataset.lists(resource, id)
      },
      find: (name, id) => this.#find(name, id),
      nameOf: name => name
    })
    this.relateToChanged = (pointer, name, id, holds) =>
      id !== null && this.#changed.has(keyOf(name, id)) ? this.relate(pointer, name, id, holds) : []
  }

  /** The unchanged records that may refer to a changed one, each once. */
  * referrers (): Generator<Referrer> {
    const seen = new Set(this.#changed)
    for (const { resource, id } of this.#candidates()) {
      const key = keyOf(resource.name, id)
      const record = seen.has(key) ? undefined : this.#find(resource.name, id)
      seen.add(key)
      if (record !== undefined) yield { resource, id, record }
    }
  }

  * #candidates (): Generator<{ resource: Resource<any>, id: number }> {
    for (const { resource: { name }, id: target } of this.#changes) {
      for (const resource of this.#sandbox.dataset.resources.values()) {
        if (!resource.refersTo.includes(name)) continue
        for (const id of this.#sandbox.dataset.referrersTo(resource, name, target)) yield { resource, id }
        for (const id of this.#sandbox.collection(resource).referrersTo(name, target)) yield { resource, id }
      }
    }
  }

  /** Checks the relations of a record, and that what belongs to it belongs to no other of its resource. */
  relateAsOwner (resource: Resource<any>, owner: number): Relate {
    return (pointer, name, id, holds) => [...this.relate(pointer, name, id, holds), ...this.#ownershipFaults(resource, owner, pointer, name, id)]
  }

  #ownershipFaults (resource: Resource<any>, owner: number, pointer: string, name: string, id: number | null): string[] {
    const [, field] = pointer.split('/') as [string, string]
    if (id === null || !resource.owned?.includes(field)) return []
    for (const other of this.#referring(resource, name, id)) {
      const record = other === owner ? undefined : this.#find(resource.name, other) as Record<string, number[]> | undefined
      if (record?.[field]?.includes(id)) return [`${pointer} must be there in one record alone, got ${id}, which record ${other} has too`]
    }
    return []
  }

  /** What is wrong with the id of a topology node: OVOC has one sequence for all of them. */
  nodeFaults ({ name, isNode }: Resource<any>, id: number): string[] {
    const nodes = isNode ? [...this.#sandbox.dataset.resources.values()].filter(other => other.isNode && other.name !== name) : []
    const holder = nodes.find(other => this.#lists(other, id))
    return holder === undefined ? [] : [`/id must be no other topology node's, got ${id}, which is in ${holder.name} too`]
  }

  #lists (resource: Resource<any>, id: number): boolean {
    const key = keyOf(resource.name, id)
    return this.#changed.has(key) ? this.#records.get(key) !== undefined : this.#sandbox.collection(resource).lists(id)
  }

  /** The ids of records that may refer to another, before or after the changes. */
  * #referring (resource: Resource<any>, name: string, id: number): Generator<number> {
    yield * this.#sandbox.dataset.referrersTo(resource, name, id)
    yield * this.#sandbox.collection(resource).referrersTo(name, id)
    const given = this.#given.get(resource.name) ?? new Referrers(resource, this.#changes.filter(one => one.resource === resource).map(one => [one.id, one.record]))
    this.#given.set(resource.name, given)
    yield * given.of(name, id)
  }

  #find (name: string, id: number): OvocRecord | undefined {
    const key = keyOf(name, id)
    if (!this.#records.has(key)) this.#records.set(key, this.#sandbox.find(name, id))
    return this.#records.get(key)
  }
}

function keyOf (name: string, id: number): string {
  return `${name}/${id}`
}
