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
  /** The changed records, and those that were looked at. */
  readonly #records: Map<string, OvocRecord | undefined>

  constructor (sandbox: Sandbox, changes: readonly Change[]) {
    this.#sandbox = sandbox
    this.#changes = changes
    this.#records = new Map(changes.map(({ resource, id, record }) => [keyOf(resource.name, id), record]))
    this.#changed = new Set(this.#records.keys())
    this.relate = relateIn({
      keeps: (name, id) => sandbox.dataset.keeps(sandbox.named(name).resource, id),
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

  #find (name: string, id: number): OvocRecord | undefined {
    const key = keyOf(name, id)
    if (!this.#records.has(key)) this.#records.set(key, this.#sandbox.find(name, id))
    return this.#records.get(key)
  }
}

function keyOf (name: string, id: number): string {
  return `${name}/${id}`
}
