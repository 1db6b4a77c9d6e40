import { otherNode, referenceProblems, referencesOf } from '../dataset/relations.ts'
import type { World } from '../dataset/relations.ts'
import type { OvocRecord } from '../dataset/resource.ts'
import { shorten } from '../schema/describe-problems.ts'
import { worldAfter } from './change.ts'
import type { Sandbox } from './sandbox.ts'

/** All records of a sandbox by resource, or why fixtures can't be made of them. */
interface WholeWorld {
  lists: Array<[resourceName: string, records: Iterable<OvocRecord>]>
  problems: string[]
}

/**
 * All listed records of a sandbox. With `--unknown-ids generate`, also the unlisted ones that they refer to. A resource
 * without a list in the dataset has none here either, unless it got records: references to it still can't be checked.
 */
export function wholeWorld (sandbox: Sandbox): WholeWorld {
  const resources = [...sandbox.dataset.resources.values()]

  // Listed generated records refer to listed ones only. All other references are followed, to what is not listed.
  const unlisted = new Map(resources.map(({ name }) => [name, new Map<number, OvocRecord>()]))
  const isHere = (name: string, id: number) => sandbox.named(name).lists(id) || unlisted.get(name)?.has(id) === true
  const followed = resources.flatMap(resource => {
    const collection = sandbox.named(resource.name)
    return Array.from(collection.ungeneratedIds(), id => ({ resource, id, record: collection.get(id) as OvocRecord }))
  })
  for (const { resource, record } of followed) {
    for (const { relation: { to }, id } of referencesOf(resource, record)) {
      const other = isHere(to, id) ? undefined : sandbox.find(to, id)
      if (other === undefined) continue
      unlisted.get(to)?.set(id, other)
      followed.push({ resource: sandbox.named(to).resource, id, record: other })
    }
  }

  const lists: WholeWorld['lists'] = [...unlisted].flatMap(([name, others]) => {
    const collection = sandbox.named(name)
    const hasRecords = others.size > 0 || collection.ids().next().done === false
    const isListed = hasRecords || sandbox.dataset.fixturesOf(collection.resource) !== undefined
    return isListed ? [[name, concat(collection.values(), others.values())]] : []
  })

  // What a server would reject these fixtures for.
  const listed = new Set(lists.map(([name]) => name))
  const world: World = { ...worldAfter(sandbox, []), keeps: name => listed.has(name), has: isHere, lists: isHere }
  const problems = followed.flatMap(({ resource, id, record }) => {
    const references = [...referencesOf(resource, record)]
    const found = references.flatMap(reference => [...referenceProblems(world, resource, id, reference)])
    // A record of another resource may have been created under the id of one that is not listed.
    const holder = unlisted.get(resource.name)?.has(id) ? otherNode(world, resource, id) : undefined
    if (holder !== undefined) found.push(`must have an id of its own, but ${holder} has it too`)
    return found.map(problem => `${resource.name}/${id} ${problem}`)
  })
  return { lists, problems: shorten(problems) }
}

function * concat (one: Iterable<OvocRecord>, other: Iterable<OvocRecord>): Generator<OvocRecord> {
  yield * one
  yield * other
}
