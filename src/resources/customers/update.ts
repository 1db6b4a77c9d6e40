import { refuseFaults } from '../../protocol/refusal.ts'
import { mergeByKey, readOnlyFaults, relationFaults } from '../../protocol/update-record.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { shorten } from '../../schema/describe-faults.ts'
import { quote } from '../../schema/quote.ts'
import { customers } from './generate.ts'
import { nameRule, readOnlyFieldNames } from './schema.ts'
import type { Customer, CustomerUpdate } from './schema.ts'

/** @throws {Refusal} 400 that names what the update may not change, or not so. */
export function updateCustomer (sandbox: Sandbox, record: Customer, update: CustomerUpdate): Customer {
  refuseFaults(shorten(customerFaults(sandbox, update, record.id)))
  return sandbox.collection(customers).set(record.id, mergeByKey(record, update))
}

/** What is wrong with an update of a customer beyond its schema; nothing where there is no such customer. */
export function customerFaults (sandbox: Sandbox, update: Partial<Record<keyof Customer, unknown>>, id: number): string[] {
  const record = sandbox.collection(customers).get(id)
  if (record === undefined) return []
  return [...readOnlyFaults(record, update, readOnlyFieldNames), ...nameFaults(record, update.name), ...channelFaults(sandbox, record, update.channelId)]
}

function nameFaults (record: Customer, name: unknown): string[] {
  const isFine = typeof name !== 'string' || name === record.name || nameRule.pattern.test(name)
  return isFine ? [] : [`/name must be ${nameRule.description}, got ${quote(name)}`]
}

function channelFaults (sandbox: Sandbox, record: Customer, channelId: unknown): string[] {
  return relationFaults(sandbox, { resourceName: 'channels', what: 'a channel', present: new Set([record.channelId]) }, '/channelId', channelId)
}
