import { recordValidator, valueFaults } from '../dataset/resource.ts'
import type { Intact, OvocRecord, Relate, Resource } from '../dataset/resource.ts'
import { describeFaults, mostFaults, shorten } from '../schema/describe-faults.ts'
import { Outcome } from './outcome.ts'
import type { Sandbox } from './sandbox.ts'

/** A record as it is to be under an id; undefined is none. */
export interface Change {
  resource: Resource<any>
  id: number
  record: OvocRecord | undefined
  /** Where the record stands among others, such as `/customers/0`, for its faults to begin with. */
  place: string
}

/** Why changes were not made. */
export interface ChangeFaults {
  /** What is wrong with the given records by themselves. */
  own: string[]
  /** Which relations would not hold: of the given records, and of others to them. */
  relations: string[]
}

/** The highest id that a tester may give, so that the sequence can't run out. */
const largestGivenId = 2 ** 52

/** Makes all of the changes, or none and says why. */
export function change (sandbox: Sandbox, changes: readonly Change[]): ChangeFaults {
  const faults = findFaults(sandbox, changes)
  if (faults.own.length + faults.relations.length === 0) for (const one of changes) make(sandbox, one)
  return faults
}

function make (sandbox: Sandbox, { resource, id, record }: Change): void {
  const collection = sandbox.collection(resource)
  if (record === undefined) return collection.delete(id)
  if (!collection.lists(id)) sandbox.reserveId(id)
  collection.set(id, record)
}

function findFaults (sandbox: Sandbox, changes: readonly Change[]): ChangeFaults {
  const { sound, faults } = checkShapes(sandbox, changes)
  const sums = sound.flatMap(({ resource, record, place }) => placed(place, resource.check(record as Intact<any>, () => [])))
  // What a record without the shape of one relates to is not known.
  const relations = faults.length > 0 ? [] : relationFaults(new Outcome(sandbox, changes), sound)
  return { own: [...faults, ...shorten([...repeatFaults(sound), ...sums])], relations: shorten(relations) }
}

/** Tells the records that have the shape of one from the others. */
function checkShapes (sandbox: Sandbox, changes: readonly Change[]): { sound: Change[], faults: string[] } {
  const sound: Change[] = []
  const faults: string[] = []
  const given = changes.filter(({ record }) => record !== undefined)
  for (const [index, one] of given.entries()) {
    if (faults.length > mostFaults) return { sound, faults: [...faults.slice(0, mostFaults), `and more; ${given.length - index} records were not looked at`] }
    const found = shapeFaults(sandbox, one, changes.length)
    faults.push(...placed(one.place, found))
    if (found.length === 0) sound.push(one)
  }
  return { sound, faults }
}

function shapeFaults (sandbox: Sandbox, { resource, id, record }: Change, count: number): string[] {
  const validate = recordValidator(resource)
  if (!validate(record)) return describeFaults(validate.errors)
  const largest = Math.max(largestGivenId, sandbox.nextId + count)
  if (id > largest && !sandbox.collection(resource).lists(id)) return [`/id must be a whole number from 1 to ${largestGivenId}, got ${id}`]
  return valueFaults('/id', resource.idOf(record, id), id)
}

function repeatFaults (changes: readonly Change[]): string[] {
  const seen = new Set<string>()
  return changes.flatMap(({ resource, id, place }) => {
    const key = `${resource.name}/${id}`
    const isRepeated = seen.has(key)
    seen.add(key)
    return isRepeated ? [`${place}/id must be unique, got ${id} again`] : []
  })
}

function relationFaults (outcome: Outcome, given: readonly Change[]): string[] {
  const ofGiven = given.flatMap(({ resource, id, record, place }) =>
    placed(place, [...outcome.nodeFaults(resource, id), ...related(resource, record as OvocRecord, outcome.relateAsOwner(resource, id))]))
  const ofOthers = [...outcome.referrers()].flatMap(({ resource, id, record }) =>
    placed(`${resource.name}/${id} `, related(resource, record, outcome.relateToChanged)))
  return [...ofGiven, ...ofOthers]
}

/** What a record's check says of its relations alone. */
function related (resource: Resource<any>, record: OvocRecord, relate: Relate): string[] {
  const faults: string[] = []
  resource.check(record as Intact<any>, (...relation) => {
    faults.push(...relate(...relation))
    return []
  })
  return faults
}

function placed (place: string, faults: readonly string[]): string[] {
  return faults.map(fault => fault.startsWith('/') ? `${place}${fault}` : `${place} ${fault}`.trimStart())
}
