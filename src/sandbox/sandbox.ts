import type { Dataset } from '../dataset/dataset.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { Clock } from './clock.ts'
import { Collection } from './collection.ts'

/** One isolated OVOC: all that it remembers, laid over a dataset that it shares. */
export class Sandbox {
  readonly name: string
  readonly clock = new Clock()
  readonly #dataset: Dataset
  readonly #collections = new Map<string, Collection<any>>()
  #nextId: number

  constructor (name: string, dataset: Dataset) {
    this.name = name
    this.#dataset = dataset
    this.#nextId = dataset.nextId
  }

  /** The sandbox's records of a resource. */
  collection<Wire extends OvocRecord> (resource: Resource<Wire>): Collection<Wire> {
    const known = this.#collections.get(resource.name)
    if (known !== undefined) return known
    const collection = new Collection(resource, this.#dataset)
    this.#collections.set(resource.name, collection)
    return collection
  }

  /** The records of a resource that is known by name only, as relations are. */
  named (resourceName: string): Collection<OvocRecord> {
    return this.collection(this.#dataset.resources.get(resourceName) as Resource<any>)
  }

  /** A record of a resource that is known by name only. */
  find (resourceName: string, id: number): OvocRecord | undefined {
    return this.named(resourceName).get(id)
  }

  /** Takes the next id of the one sequence that all records share. */
  takeId (): number {
    return this.#nextId++
  }

  /** Forgets every change: the sandbox is as it was when opened. */
  reset (): void {
    this.#collections.clear()
    this.#nextId = this.#dataset.nextId
  }
}
