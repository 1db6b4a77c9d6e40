import { isDeepStrictEqual } from 'node:util'
import type { Dataset } from '../dataset/dataset.ts'
import { recordProblems, referenceProblems, referencesOf } from '../dataset/relations.ts'
import { ownProblems } from '../dataset/resource.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { keyOf, referencesTo, worldAfter } from './change.ts'
import type { Change } from './change.ts'
import type { Sandbox } from './sandbox.ts'

/**
 * Returns the same sandbox over another dataset. A change stays if its record is still there and all relations hold.
 * @returns `lost`: the records whose change is gone, such as `customers/7`.
 */
export function rebase (sandbox: Sandbox, dataset: Dataset): { rebased: Sandbox, lost: string[] } {
  const bare = sandbox.withDataset(dataset)
  if (sandbox.changes === 0) return { rebased: bare, lost: [] }

  // Apply each change to the new records. If a deleted record is missing there, nothing is left to do.
  const lost: string[] = []
  let changes: Change[] = []
  for (const resource of dataset.resources.values()) {
    for (const [id, record] of sandbox.collection(resource).changed) {
      const before = sandbox.dataset.find(resource, id)
      const after = dataset.find(resource, id)
      const isCreated = record !== undefined && before === undefined
      if (isCreated || after !== undefined) {
        const merged = record && before && after ? merge(resource, id, record, before, after) : record
        changes.push({ resource, id, record: merged, place: '' })
      } else if (record !== undefined) lost.push(keyOf(resource.name, id))
    }
  }

  // Give up the changes that break a relation: their own, or one to them. The dataset alone is valid. So once no change
  // is at fault, all relations hold.
  const unfit = new Set<string>()
  do {
    unfit.clear()
    const world = worldAfter(bare, changes)
    for (const { resource, id, record } of changes) {
      if (record === undefined) continue
      const [problem] = recordProblems(world, resource, id, referencesOf(resource, record))
      if (problem !== undefined) unfit.add(keyOf(resource.name, id))
    }
    for (const { resource, id, reference } of referencesTo(world, changes)) {
      const [problem] = referenceProblems(world, resource, id, reference)
      if (problem !== undefined) unfit.add(keyOf(reference.relation.to, reference.id))
    }
    changes = changes.filter(({ resource: { name }, id }) => !unfit.has(keyOf(name, id)))
    lost.push(...unfit)
  } while (unfit.size > 0)

  const collections = new Map(Array.from(dataset.resources, ([name, resource]) => {
    const own = changes.filter(change => change.resource === resource)
    return [name, sandbox.collection(resource).over(dataset, new Map(own.map(({ id, record }) => [id, record])))]
  }))
  return { rebased: sandbox.withDataset(dataset, collections), lost }
}

type Fields = Record<string, unknown>

/** Returns a changed record. Fields that the change left alone get their new values, if the result is valid. */
function merge (resource: Resource, id: number, record: Fields, before: Fields, after: Fields): OvocRecord {
  if (isDeepStrictEqual(before, after)) return record
  const merged = { ...after }
  for (const name of Object.keys({ ...before, ...record })) {
    if (isDeepStrictEqual(record[name], before[name])) continue
    if (name in record) merged[name] = record[name]
    else delete merged[name]
  }
  return ownProblems(resource, id, merged).length === 0 ? merged : record
}
