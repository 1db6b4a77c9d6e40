import { isDeepStrictEqual } from 'node:util'
import { quote } from '../schema/quote.ts'
import { Refusal } from './refusal.ts'

/**
 * The record with the fields of an update in it; objects merge by key.
 * @param readOnly the fields that the update may repeat but not change.
 * @throws {Refusal} 400 that names the read-only fields that the update would change.
 */
export function updateRecord<Wire extends object> (record: Wire, update: object, readOnly: ReadonlyArray<keyof Wire & string>): Wire {
  const given = update as Partial<Wire>
  const changed = readOnly.filter(name => given[name] !== undefined && !isDeepStrictEqual(given[name], record[name]))
  const faults = changed.map(name => `/${name} is read-only and must be left out or stay ${quote(record[name])}`)
  if (faults.length > 0) throw new Refusal(400, `the body is not valid: ${faults.join('; ')}`)
  return mergeByKey(record, update) as Wire
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
