import { otherNode, referenceProblems, referencesOf } from '../dataset/relations.ts'
import type { World } from '../dataset/relations.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { shorten } from '../schema/describe-faults.ts'
import { worldAfter } from './change.ts'
import type { Sandbox } from './sandbox.ts'

/** All records of a sandbox by resource, or why fixtures can't be made of them. */
interface WholeWorld {
  lists: Array<[resourceName: string, records: Iterable<OvocRecord>]>
  problems: string[]
}

/**
 * What the lists of a sandbox hold and, where every id has a record, those besides that they name. A resource of which the dataset has
 * no list has none here either unless there are records of it, so that what names it still leads elsewhere.
 */
export function wholeWorld (sandbox: Sandbox): WholeWorld {
  const { dataset } = sandbox
  const resources = [...dataset.resources.values()]

  // What generated records name is listed with them; what the others name is followed to records that no list has.
  const unlisted = new Map(resources.map(({ name }) => [name, new Map<number, OvocRecord>()]))
  const isHere = (name: string, id: number) => sandbox.named(name).lists(id) || (unlisted.get(name)?.has(id) === true)
  const followed = resources.flatMap(resource => Array.from(sandbox.collection(resource).ungeneratedIds(), id => ({ resource, id })))
  for (const { resource, id: own } of followed) {
    for (const { relation: { to }, id } of referencesOf(resource, sandbox.find(resource.name, own) as OvocRecord)) {
      const other = isHere(to, id) ? undefined : sandbox.find(to, id)
      if (other === undefined) continue
      unlisted.get(to)?.set(id, other)
      followed.push({ resource: sandbox.named(to).resource, id })
    }
  }

  const isListed = ({ name }: Resource) => (unlisted.get(name)?.size ?? 0) > 0 || sandbox.named(name).ids().next().done === false
  const listed = resources.filter(resource => dataset.fixturesOf(resource) !== undefined || isListed(resource)).map(({ name }) => name)
  const world: World = { ...worldAfter(sandbox, []), keeps: name => listed.includes(name), has: isHere, lists: isHere }
  const problems: string[] = []
  for (const { resource, id } of followed) {
    const place = `${resource.name}/${id}`
    for (const reference of referencesOf(resource, sandbox.find(resource.name, id) as OvocRecord)) {
      for (const problem of referenceProblems(world, resource, id, reference)) problems.push(`${place} ${problem}`)
    }
    // Where every id has a record, another kind of node may have been made under one that is named.
    const holder = unlisted.get(resource.name)?.has(id) ? otherNode(world, resource, id) : undefined
    if (holder !== undefined) problems.push(`${place} must have an id of its own, but ${holder} has it too`)
  }

  const lists = listed.map((name): WholeWorld['lists'][number] => [name, concat(sandbox.named(name).values(), unlisted.get(name)?.values() ?? [])])
  return { lists, problems: shorten(problems) }
}

function * concat (one: Iterable<OvocRecord>, other: Iterable<OvocRecord>): Generator<OvocRecord> {
  yield * one
  yield * other
}
