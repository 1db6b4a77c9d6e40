import type { Dataset } from '../dataset/dataset.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { Collection } from './collection.ts'

/** One isolated OVOC: all that it remembers, laid over a dataset that it shares. */
export class Sandbox {
  readonly name: string
  readonly #dataset: Dataset
  readonly #collections = new Map<string, Collection<OvocRecord>>()

  constructor (name: string, dataset: Dataset) {
    this.name = name
    this.#dataset = dataset
  }

  /** The sandbox's records of a resource. */
  collection<Wire extends OvocRecord> (resource: Resource<Wire>): Collection<Wire> {
    const known = this.#collections.get(resource.name)
    if (known !== undefined) return known as unknown as Collection<Wire>
    const collection = new Collection<Wire>(id => this.#dataset.find(resource, id))
    this.#collections.set(resource.name, collection as unknown as Collection<OvocRecord>)
    return collection
  }

  /** How many records of a resource there are. */
  count (resource: Resource): number {
    return this.#dataset.count(resource)
  }

  /** Forgets every change: the sandbox is as it was when opened. */
  reset (): void {
    this.#collections.clear()
  }
}
