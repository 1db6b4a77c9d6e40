import { isDeepStrictEqual } from 'node:util'
import { expect } from './finding.js'

/** The records of one resource: those that were there from the start keep their place, others come in the order of their making. */
class Records {
  constructor (base, records = new Map(base), made = new Set()) {
    this.base = base
    this.records = records
    this.made = made
  }

  set (id, record) {
    if (!this.base.has(id)) this.made.add(id)
    this.records.set(id, record)
  }

  delete (id) {
    this.records.delete(id)
    this.made.delete(id)
  }

  revert (id) {
    if (this.base.has(id)) this.records.set(id, this.base.get(id))
    else this.delete(id)
  }

  list () {
    const ids = [...[...this.base.keys()].filter(id => this.records.has(id)), ...this.made]
    return ids.map(id => ({ id, record: this.records.get(id) }))
  }

  copy () {
    return new Records(this.base, new Map(this.records), new Set(this.made))
  }
}

/** What a sandbox must hold after the requests that it accepted. */
export class Model {
  #world
  snapshots = new Map()
  /** The rules that were added. */
  rules = []

  /** @param world what a sandbox begins with: `lists` of `{ id, record }` by resource, and the `nextId` of the sequence. */
  constructor (world) {
    this.#world = world
    this.#begin()
  }

  #begin () {
    this.nextId = this.#world.nextId
    this.rules = []
    this.resources = new Map(Object.entries(this.#world.lists).map(([name, list]) =>
      [name, new Records(new Map(list.map(({ id, record }) => [id, record])))]))
  }

  get resourceNames () {
    return [...this.resources.keys()]
  }

  has (resource, id) {
    return this.resources.get(resource).records.has(id)
  }

  get (resource, id) {
    return this.resources.get(resource).records.get(id)
  }

  list (resource) {
    return this.resources.get(resource).list()
  }

  ids (resource) {
    return [...this.resources.get(resource).records.keys()]
  }

  /** A record that was put under an id, new or not. */
  put (resource, id, record) {
    if (!this.has(resource, id)) this.nextId = Math.max(this.nextId, id + 1)
    this.resources.get(resource).set(id, record)
  }

  /** A record that got the sequence's next id. */
  add (resource, id, record) {
    expect(id === this.nextId, () => `the new id in ${resource} is ${id}, the sequence's next is ${this.nextId}`)
    this.put(resource, id, record)
  }

  delete (resource, id) {
    this.resources.get(resource).delete(id)
  }

  revert (resource, id) {
    this.resources.get(resource).revert(id)
  }

  take (name) {
    this.snapshots.set(name, this.#copy())
  }

  restore (name) {
    Object.assign(this, this.snapshots.get(name).copy())
  }

  #copy () {
    const { nextId } = this
    const rules = [...this.rules]
    const kept = new Map([...this.resources].map(([name, records]) => [name, records.copy()]))
    return { copy: () => ({ nextId, rules: [...rules], resources: new Map([...kept].map(([name, records]) => [name, records.copy()])) }) }
  }

  reset () {
    this.#begin()
  }

  drop () {
    this.#begin()
    this.snapshots.clear()
  }
}

/** A record with the fields of an update in it: objects merge by key, all else is replaced. */
export function merged (present, update) {
  if (!isObject(present) || !isObject(update)) return update
  const result = new Map(Object.entries(present))
  for (const [name, value] of Object.entries(update)) result.set(name, merged(present[name], value))
  return Object.fromEntries(result)
}

function isObject (value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @throws {Finding} unless both are the same; says where they begin to differ. */
export function expectSame (got, expected, what) {
  if (isDeepStrictEqual(got, expected)) return
  const [a, b] = [got, expected].map(value => JSON.stringify(value) ?? 'nothing')
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const from = Math.max(0, at - 40)
  expect(false, `${what}: expected …${b.slice(from, at + 100)}, got …${a.slice(from, at + 100)}`)
}
