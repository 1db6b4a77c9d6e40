import { isDeepStrictEqual } from 'node:util'
import {
  Referrers, newReferences, recordProblems, referenceProblems, referencesOf, otherNode
} from '../dataset/relations.ts'
import type { Reference, World } from '../dataset/relations.ts'
import { describerOfRecords, ownProblems, schemaErrors, valueProblems } from '../dataset/resource.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { describeProblems, maxProblems, shorten } from '../schema/describe-problems.ts'
import { inTurns } from './clock.ts'
import type { Sandbox } from './sandbox.ts'

/** The record that an id is to have. Undefined deletes it. */
export interface Change {
  resource: Resource
  id: number
  record: OvocRecord | undefined
  /** Where the record stands among others, such as `/customers/0`. Its problems begin with this. */
  place: string
}

type GivenRecord = Change & { record: OvocRecord }

/** How many new references to other records one call may add. The limit keeps their check fast. */
export const maxReferences = 2000

/** Returns the problem of more than that many references. */
export function tooMany (references: number): string {
  return `must refer to at most ${maxReferences} records more than before, got ${references}`
}

/** The highest id that a tester may set. The limit keeps the sequence from running out. */
const maxGivenId = 2 ** 52

/** What is wrong with changes. */
export interface Problems {
  /** What is wrong with the given records themselves. */
  own: string[]
  /** The relations that would not hold, from the given records and from other records to them. */
  relations: string[]
}

/** Returns what is wrong with changes. It yields where other requests may have their turn. */
export function * problemsOf (sandbox: Sandbox, changes: readonly Change[]): Generator<void, Problems> {
  const given = changes.filter(({ record }) => record !== undefined) as GivenRecord[]

  // Check each record by itself.
  const own: string[] = []
  let areRecords = true
  const ids = new Set<string>()
  const describe = describerOfRecords()
  for (const [index, { resource, id, record, place }] of given.entries()) {
    yield
    if (own.length > maxProblems) {
      own.splice(maxProblems, own.length, `and more; ${given.length - index} records were not looked at`)
      areRecords = false
      break
    }
    const errors = schemaErrors(resource, record, sandbox.dataset.unknownFields)
    const largest = Math.max(maxGivenId, sandbox.nextId + changes.length)
    let problems: string[]
    if (errors.length > 0) problems = describeProblems(errors, describe)
    else if (id > largest && !sandbox.collection(resource).lists(id)) {
      problems = [`/id must be a whole number from 1 to ${maxGivenId}, got ${id}`]
    } else problems = valueProblems('/id', resource.idOf(record, id), id)

    areRecords &&= problems.length === 0
    if (problems.length === 0) {
      if (ids.size === ids.add(keyOf(resource.name, id)).size) problems.push(`/id must be unique, got ${id} again`)
      problems.push(...shorten(ownProblems(resource, id, record)))
    }
    own.push(...placed(place, problems))
    // The size is kept, so that the change itself is short.
    sandbox.storage.sizeOf(record)
  }

  // The references of a record that breaks its schema can't be relied on.
  return { own, relations: areRecords ? yield * relationProblems(sandbox, changes, given) : [] }
}

/**
 * Makes changes that have no problems.
 * @throws {StorageFull} before the first change.
 */
export function change (sandbox: Sandbox, changes: readonly Change[]): void {
  const { storage } = sandbox
  let bytes = storage.sizeOfPlaces(changes.map(({ record }) => record))
  for (const resource of new Set(changes.map(({ resource }) => resource))) {
    const collection = sandbox.collection(resource)
    collection.checkRoom(changes.filter(change => change.resource === resource).map(({ id }) => id))
    bytes += collection.sizeOfCopy
  }
  for (const { record } of changes) if (record !== undefined) bytes += storage.sizeOf(record)
  storage.check(bytes)
  for (const { resource, id, record } of changes) {
    const collection = sandbox.collection(resource)
    if (record === undefined) collection.delete(id)
    else {
      if (!collection.lists(id)) sandbox.reserveId(id)
      collection.set(id, record)
    }
  }
}

function * relationProblems (
  sandbox: Sandbox, changes: readonly Change[], given: readonly GivenRecord[]
): Generator<void, string[]> {
  const isChanged = isAmong(changes)

  // A reference that the record had before still holds, unless its target changes too.
  const isTargetChanged = ({ relation: { to }, id }: Reference) => isChanged(to, id)
  const checked: Array<GivenRecord & { references: Reference[] }> = []
  let count = 0
  for (const one of given) {
    yield
    const before = sandbox.find(one.resource.name, one.id)
    const references = newReferences(one.resource, before, one.record, isTargetChanged)
    checked.push({ ...one, references })
    count += references.length
  }
  if (count > maxReferences) return [tooMany(count)]

  const world = worldAfter(sandbox, changes)
  const problems: string[] = []
  for (const { resource, id, references, place } of checked) {
    yield
    problems.push(...placed(place, recordProblems(world, resource, id, references)))
  }
  const isRisky = riskIn(world, sandbox)
  const targets: Change[] = []
  for (const change of changes) {
    yield
    if (isRisky(change)) targets.push(change)
  }
  for (const found of referencesTo(world, targets, isChanged)) {
    yield
    if (found === undefined) continue
    // There may be too many to count.
    if (problems.length > maxProblems) return [...problems.slice(0, maxProblems), 'and more']
    const { resource, id, reference } = found
    problems.push(...placed(`${keyOf(resource.name, id)} `, referenceProblems(world, resource, id, reference)))
  }
  return shorten(problems)
}

/**
 * Returns a function that tells whether a change may break references to its record. They hold if the record still
 * exists and refers back as before, however many there are.
 * @param former finds the records before the changes.
 */
export function riskIn ({ resources }: World, former: Pick<World, 'find'>): (change: Change) => boolean {
  const fieldsOf = new Map(resources.map(({ name }) => [name, new Set<string>()]))
  for (const { to, back } of resources.flatMap(({ relations = [] }) => relations)) {
    if (back !== undefined) (fieldsOf.get(to) as Set<string>).add(back)
  }
  return ({ resource: { name }, id, record }) => {
    if (record === undefined) return true
    const fields = fieldsOf.get(name) as Set<string>
    if (fields.size === 0) return false
    const before: Record<string, unknown> = { ...former.find(name, id) }
    const after: Record<string, unknown> = { ...record }
    return [...fields].some(field => !isDeepStrictEqual(before[field], after[field]))
  }
}

type IsChanged = (resourceName: string, id: number) => boolean

interface Found { resource: Resource, id: number, reference: Reference }

/**
 * Yields the references to changed records in records that do not change. It yields undefined in between, so other
 * requests can have their turn.
 */
export function * referencesTo (
  world: World, changes: readonly Change[], isChanged: IsChanged = isAmong(changes)
): Generator<Found | undefined> {
  for (const resource of world.resources) {
    const targets = new Set(resource.relations?.map(({ to }) => to))
    const looked = new Set<number>()
    for (const target of changes) {
      if (!targets.has(target.resource.name)) continue
      yield undefined
      for (const id of world.referrersTo(resource, target.resource.name, target.id)) {
        if (looked.has(id) || isChanged(resource.name, id)) continue
        looked.add(id)
        yield undefined
        const record = world.find(resource.name, id)
        if (record === undefined) continue
        for (const reference of referencesOf(resource, record)) {
          if (isChanged(reference.relation.to, reference.id)) yield { resource, id, reference }
        }
      }
    }
  }
}

/** Returns a function that tells whether a record is among those of changes. */
function isAmong (changes: readonly Change[]): IsChanged {
  const ids = new Map<string, Set<number>>()
  for (const { resource: { name }, id } of changes) ids.set(name, (ids.get(name) ?? new Set()).add(id))
  return (name, id) => ids.get(name)?.has(id) === true
}

/**
 * Returns deletions with all changes that follow from them. Lists and nullable fields lose the deleted ids. A record
 * that needs a deleted one is deleted too. It yields where other requests may have their turn.
 * @returns undefined if there are more than `most` changes.
 */
export function * cascade (
  sandbox: Sandbox, deletions: readonly Change[], most: number
): Generator<void, Change[] | undefined> {
  const changes = new Map(deletions.map(deletion => [keyOf(deletion.resource.name, deletion.id), deletion]))
  const keys = new Set(changes.keys())
  let deleted = deletions
  while (deleted.length > 0) {
    const world = worldAfter(sandbox, [...changes.values()])
    const lost = new Map<string, { resource: Resource, id: number, references: Reference[] }>()
    for (const found of referencesTo(world, deleted)) {
      yield
      if (found === undefined) continue
      const { resource, id, reference } = found
      const key = keyOf(resource.name, id)
      const known = lost.get(key)
      if (known === undefined) lost.set(key, { resource, id, references: [reference] })
      else known.references.push(reference)
      if (keys.add(key).size > most) return undefined
    }
    const followers: Change[] = []
    for (const [key, { resource, id, references }] of lost) {
      yield
      const record = without(resource, world.find(resource.name, id) as OvocRecord, references)
      const change = { resource, id, record, place: `/${key}` }
      changes.set(key, change)
      if (record === undefined) followers.push(change)
    }
    deleted = followers
  }
  return [...changes.values()]
}

/** Returns a record without some of its references. Undefined if it needs one of them. */
function without (resource: Resource, record: OvocRecord, references: readonly Reference[]): OvocRecord | undefined {
  const { properties } = resource.schema as unknown as { properties: Record<string, { type: string | string[] }> }
  const rest: Record<string, unknown> = { ...record }
  for (const field of new Set(references.map(({ relation }) => relation.field))) {
    const value = rest[field]
    const isList = Array.isArray(value)
    if (!isList && !properties[field]?.type.includes('null')) return undefined
    const lost = new Set(references.filter(({ relation }) => relation.field === field).map(({ id }) => id))
    rest[field] = isList ? value.filter(one => !lost.has(one)) : null
  }
  return resource.recount?.(rest) ?? rest
}

/** Returns the records of a sandbox as they will be after changes. */
export function worldAfter (sandbox: Sandbox, changes: readonly Change[]): World {
  const { dataset } = sandbox
  const changed = new Map(changes.map(({ resource, id, record }) => [keyOf(resource.name, id), record]))
  const isChanged = (name: string, id: number) => changed.has(keyOf(name, id))
  const find = (name: string, id: number) => isChanged(name, id) ? changed.get(keyOf(name, id)) : sandbox.find(name, id)
  const referrers = new Referrers()
  for (const { resource, id, record } of changes) referrers.add(resource, [[id, record]])
  return {
    resources: [...dataset.resources.values()],
    // A resource without a list in the fixtures is kept elsewhere, except for generated records.
    keeps (name, id) {
      const { resource } = sandbox.named(name)
      return dataset.fixturesOf(resource) !== undefined || dataset.lists(resource, id)
    },
    find,
    lists: (name, id) => isChanged(name, id) ? find(name, id) !== undefined : sandbox.named(name).lists(id),
    * referrersTo (resource, name, id) {
      yield * dataset.referrersTo(resource, name, id)
      yield * sandbox.collection(resource).referrersTo(name, id)
      yield * referrers.of(resource, name, id)
    },
    nameOf: name => name
  }
}

/** Returns a key for a record that is unique across all resources. */
export function keyOf (name: string, id: number): string {
  return `${name}/${id}`
}

function placed (place: string, problems: Iterable<string>): string[] {
  return Array.from(problems, problem => `${place}${problem.startsWith('/') ? '' : ' '}${problem}`.trimStart())
}

/**
 * Returns all listed records of a sandbox. With `--unknown-ids generate`, also the unlisted ones that they refer to. A
 * resource without a list in the dataset has none here either, unless it got records. References to it still can't be
 * checked. The problems say why a server would reject the records as fixtures. Other requests get their turn meanwhile.
 * @param sandbox a sandbox that nobody changes.
 */
export async function wholeWorld (sandbox: Sandbox) {
  const resources = [...sandbox.dataset.resources.values()]

  // Listed generated records refer only to listed ones. Follow all other references to find unlisted records.
  const unlisted = new Map(resources.map(({ name }) => [name, new Map<number, OvocRecord>()]))
  const isHere = (name: string, id: number) => sandbox.named(name).lists(id) || unlisted.get(name)?.has(id) === true
  const followed: Array<{ resource: Resource, id: number, record: OvocRecord }> = []
  for (const resource of resources) {
    const { changed } = sandbox.collection(resource)
    const fixtures = [...sandbox.dataset.fixturesOf(resource) ?? []].filter(([id]) => !changed.has(id))
    for await (const [id, record] of inTurns([...fixtures, ...changed])) {
      if (record !== undefined) followed.push({ resource, id, record })
    }
  }
  for await (const { resource, record } of inTurns(followed)) {
    for (const { relation: { to }, id } of referencesOf(resource, record)) {
      const other = isHere(to, id) ? undefined : sandbox.find(to, id)
      if (other === undefined) continue
      unlisted.get(to)?.set(id, other)
      followed.push({ resource: sandbox.named(to).resource, id, record: other })
    }
  }

  const lists: Array<[resourceName: string, records: Iterable<OvocRecord>]> = []
  for (const [name, others] of unlisted) {
    const collection = sandbox.named(name)
    const hasRecords = others.size > 0 || collection.ids().next().done === false
    if (!hasRecords && sandbox.dataset.fixturesOf(collection.resource) === undefined) continue
    const records = function * () {
      yield * collection.values()
      yield * others.values()
    }
    lists.push([name, records()])
  }

  const listed = new Set(lists.map(([name]) => name))
  const find = (name: string, id: number) => isHere(name, id) ? sandbox.find(name, id) : undefined
  const world: World = { ...worldAfter(sandbox, []), keeps: name => listed.has(name), find, lists: isHere }
  const problems: string[] = []
  for await (const { resource, id, record } of inTurns(followed)) {
    const references = [...referencesOf(resource, record)]
    const found = references.flatMap(reference => [...referenceProblems(world, resource, id, reference)])
    // A record of another resource may have been created under the id of an unlisted record.
    const holder = unlisted.get(resource.name)?.has(id) ? otherNode(world, resource, id) : undefined
    if (holder !== undefined) found.push(`must have an id of its own, but ${holder} has it too`)
    problems.push(...found.map(problem => `${resource.name}/${id} ${problem}`))
  }
  return { lists, problems: shorten(problems) }
}
