import { mergeByKey, readOnlyFaults, refuseFaults } from '../../protocol/update-record.ts'
import { quote } from '../../schema/quote.ts'
import { nameRule, readOnlyFieldNames } from './schema.ts'
import type { Customer, CustomerUpdate } from './schema.ts'

/** @throws {Refusal} 400 that names what the update may not change, or not so. */
export function updateCustomer (record: Customer, update: CustomerUpdate): Customer {
  refuseFaults(updateFaults(record, update))
  return mergeByKey(record, update)
}

/** What is wrong with an update beyond its schema. */
export function updateFaults (record: Customer, update: Partial<Record<keyof Customer, unknown>>): string[] {
  return [...readOnlyFaults(record, update, readOnlyFieldNames), ...nameFaults(record, update.name)]
}

function nameFaults (record: Customer, name: unknown): string[] {
  const isFine = typeof name !== 'string' || name === record.name || nameRule.pattern.test(name)
  return isFine ? [] : [`/name must be ${nameRule.description}, got ${quote(name)}`]
}
