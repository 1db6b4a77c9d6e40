import { isDeepStrictEqual } from 'node:util'
import { Refusal } from '../../protocol/refusal.ts'
import { quote } from '../../schema/quote.ts'
import { readOnlyFieldNames } from './schema.ts'
import type { Customer, CustomerUpdate } from './schema.ts'

/**
 * The record with the fields of an update in it; objects merge by key.
 * @throws {Refusal} 400 that names the read-only fields that the update would change.
 */
export function updateCustomer (record: Customer, update: CustomerUpdate): Customer {
  const changed = readOnlyFieldNames.filter(name => update[name] !== undefined && !isDeepStrictEqual(update[name], record[name]))
  if (changed.length > 0) throw new Refusal(400, `the body is not valid: ${changed.map(name => describeChange(name, record)).join('; ')}`)
  return mergeByKey(record, update) as Customer
}

function describeChange (name: keyof CustomerUpdate, record: Customer): string {
  return `/${name} is read-only and must be left out or stay ${quote(record[name])}`
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
