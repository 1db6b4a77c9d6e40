import { isDeepStrictEqual } from 'node:util'
import type { Dataset } from '../dataset/dataset.ts'
import { Referrers, recordProblems, referenceProblems, referencesOf } from '../dataset/relations.ts'
import type { World } from '../dataset/relations.ts'
import { ownProblems } from '../dataset/resource.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { keyOf, referencesTo, riskIn, worldAfter } from './change.ts'
import type { Change } from './change.ts'
import type { Sandbox, SandboxState } from './sandbox.ts'

interface Rebased { collections: SandboxState['collections'], lost: string[] }

/**
 * Moves the changes of a sandbox to another dataset. A change stays if its record is still there and all relations
 * hold. It yields where other requests may have their turn.
 * @returns `lost`: the records whose change is gone, such as `customers/7`.
 */
export function * rebase (sandbox: Sandbox, dataset: Dataset): Generator<void, Rebased> {
  const [bare, rebased] = [sandbox.withDataset(dataset), sandbox.withDataset(dataset)]
  const former = sandbox.dataset
  const lost: string[] = []
  const changes: Change[] = []
  const referrers = new Referrers()

  // Apply each change to the new records. If a deleted record is missing there, nothing is left to do.
  for (const resource of dataset.resources.values()) {
    for (const [id, record] of sandbox.collection(resource).changed) {
      yield
      const [wasThere, isThere] = [former.has(resource, id), dataset.has(resource, id)]
      if (isThere || (record !== undefined && !wasThere)) {
        const isMerged = record !== undefined && wasThere && isThere && !dataset.generatesAlike(former, resource, id)
        const [before, after] = isMerged ? [former.find(resource, id), dataset.find(resource, id)] : []
        const merged = record && before && after ? merge(resource, id, record, before, after) : record
        changes.push({ resource, id, record: merged, place: '' })
        rebased.collection(resource).adopt(id, merged)
        referrers.add(resource, [[id, merged]])
      } else if (record !== undefined) lost.push(keyOf(resource.name, id))
    }
  }

  // Give up the changes that break a relation: their own, or one to them. The dataset alone is valid. So once no change
  // is at fault, all relations hold.
  const world: World = {
    ...worldAfter(rebased, []),
    * referrersTo (resource, name, id) {
      yield * dataset.referrersTo(resource, name, id)
      yield * referrers.of(resource, name, id)
    }
  }
  const isRisky = riskIn(world, bare)
  const isChanged = (name: string, id: number) => rebased.named(name).changed.has(id)
  const unfit = new Map<string, Pick<Change, 'resource' | 'id'>>()
  do {
    unfit.clear()
    const targets: Change[] = []
    for (const change of changes) {
      yield
      const { resource, id, record } = change
      if (!isChanged(resource.name, id)) continue
      if (isRisky(change)) targets.push(change)
      if (record === undefined) continue
      const [problem] = recordProblems(world, resource, id, referencesOf(resource, record))
      if (problem !== undefined) unfit.set(keyOf(resource.name, id), change)
    }
    for (const found of referencesTo(world, targets, isChanged)) {
      yield
      if (found === undefined) continue
      const { relation: { to }, id } = found.reference
      const [problem] = referenceProblems(world, found.resource, found.id, found.reference)
      if (problem !== undefined) unfit.set(keyOf(to, id), { resource: rebased.named(to).resource, id })
    }
    for (const [key, { resource, id }] of unfit) {
      yield
      const collection = rebased.collection(resource)
      referrers.replace(resource, id, collection.changed.get(id), undefined)
      collection.revert(id)
      lost.push(key)
    }
  } while (unfit.size > 0)

  const resources = [...dataset.resources.values()]
  return { collections: new Map(resources.map(resource => [resource.name, rebased.collection(resource)])), lost }
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
