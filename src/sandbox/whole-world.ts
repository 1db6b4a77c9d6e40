import type { Intact, OvocRecord, Resource } from '../dataset/resource.ts'
import { shorten } from '../schema/describe-faults.ts'
import type { Sandbox } from './sandbox.ts'

/** All records of a sandbox by resource, or why fixtures can't be made of them. */
interface World {
  lists: Array<[resourceName: string, records: Iterable<OvocRecord>]>
  faults: string[]
}

/**
 * What the lists of a sandbox hold and, where every id has a record, those besides that they refer to. A resource of which the dataset has
 * no list has none here either unless there are records of it, so that what refers to it still leads elsewhere.
 */
export function wholeWorld (sandbox: Sandbox): World {
  const resources = [...sandbox.dataset.resources.values()]
  const { unlisted, missing } = referredTo(sandbox, resources)
  const isThere = (resource: Resource<any>) => sandbox.dataset.fixturesOf(resource) !== undefined || unlisted.has(resource) || sandbox.collection(resource).ids().next().done === false
  const there = resources.filter(isThere)
  const lists = there.map((resource): World['lists'][number] => [resource.name, concat(sandbox.collection(resource).values(), unlisted.get(resource)?.values() ?? [])])
  const dangling = missing.filter(({ target }) => there.includes(target)).map(({ fault }) => fault)
  return { lists, faults: shorten([...dangling, ...doubleFaults(sandbox, unlisted)]) }
}

type Unlisted = Map<Resource<any>, Map<number, OvocRecord>>
interface References {
  unlisted: Unlisted
  /** Of what is not there, the faults that it makes where there is a list to look for it in. */
  missing: Array<{ target: Resource<any>, fault: string }>
}

/** Follows all relations but those of generated records that are listed, which lead to such. */
function referredTo (sandbox: Sandbox, resources: ReadonlyArray<Resource<any>>): References {
  const found: References = { unlisted: new Map(), missing: [] }
  const open = resources.flatMap(resource => Array.from(sandbox.collection(resource).ungeneratedIds(), id => ({ resource, id })))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { resource, id: own } = next
    resource.check(sandbox.find(resource.name, own) as Intact<any>, (pointer, name, id) => {
      const target = sandbox.named(name).resource
      if (id === null || sandbox.named(name).lists(id) || found.unlisted.get(target)?.has(id)) return []
      const record = sandbox.find(name, id)
      if (record === undefined) found.missing.push({ target, fault: `${resource.name}/${own} ${pointer} must be the id of a record in ${name}, got ${id}` })
      else {
        found.unlisted.set(target, (found.unlisted.get(target) ?? new Map<number, OvocRecord>()).set(id, record))
        open.push({ resource: target, id })
      }
      return []
    })
  }
  return found
}

// Where every id has a record, another kind of node may have been made under one that is referred to.
function doubleFaults (sandbox: Sandbox, unlisted: Unlisted): string[] {
  const nodes = [...sandbox.dataset.resources.values()].filter(({ isNode }) => isNode)
  return [...unlisted].filter(([{ isNode }]) => isNode).flatMap(([resource, records]) => [...records.keys()].flatMap(id => {
    const holder = nodes.find(other => other !== resource && (sandbox.collection(other).lists(id) || unlisted.get(other)?.has(id) === true))
    return holder === undefined ? [] : [`${resource.name}/${id} must have an id of its own, but ${holder.name} has it too`]
  }))
}

function * concat (one: Iterable<OvocRecord>, other: Iterable<OvocRecord>): Generator<OvocRecord> {
  yield * one
  yield * other
}
