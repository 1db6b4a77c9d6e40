import { isDeepStrictEqual } from 'node:util'
import { Refusal } from '../../protocol/refusal.ts'
import { quote } from '../../schema/quote.ts'
import { nameRule, readOnlyFieldNames } from './schema.ts'
import type { Customer, CustomerUpdate } from './schema.ts'

/**
 * The record with the fields of an update in it; objects merge by key.
 * @throws {Refusal} 400 that names what the update may not change, or not so.
 */
export function updateCustomer (record: Customer, update: CustomerUpdate): Customer {
  const faults = updateFaults(record, update)
  if (faults.length > 0) throw new Refusal(400, `the body is not valid: ${faults.join('; ')}`)
  return mergeByKey(record, update) as Customer
}

/** What is wrong with an update beyond its schema. */
export function updateFaults (record: Customer, update: Partial<Record<keyof Customer, unknown>>): string[] {
  const changed = readOnlyFieldNames.filter(name => update[name] !== undefined && !isDeepStrictEqual(update[name], record[name]))
  return [
    ...changed.map(name => `/${name} is read-only and must be left out or stay ${JSON.stringify(record[name])}`),
    ...nameFaults(record, update.name)
  ]
}

function nameFaults (record: Customer, name: unknown): string[] {
  const isFine = typeof name !== 'string' || name === record.name || nameRule.pattern.test(name)
  return isFine ? [] : [`/name must be ${nameRule.description}, got ${quote(name)}`]
}

function mergeByKey (present: unknown, update: unknown): unknown {
  if (!isPlainObject(present) || !isPlainObject(update)) return update
  const merged = { ...present }
  for (const [key, value] of Object.entries(update)) merged[key] = mergeByKey(present[key], value)
  return merged
}

function isPlainObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
