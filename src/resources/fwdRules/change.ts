import { found } from '../../protocol/operations.ts'
import { refuseFaults } from '../../protocol/refusal.ts'
import { mergeByKey, readOnlyFaults, relationFaults } from '../../protocol/update-record.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { shorten } from '../../schema/describe-faults.ts'
import { completeFwdRule, fwdRules } from './generate.ts'
import { readOnlyFieldNames } from './schema.ts'
import type { FwdRule, FwdRuleCreation, FwdRuleUpdate } from './schema.ts'

/** @throws {Refusal} 404 that names the id. */
export function getFwdRule (sandbox: Sandbox, id: number): FwdRule {
  return found(sandbox.collection(fwdRules).get(id), 'forwarding rule', id)
}

/** @throws {Refusal} 400 that names the devices that do not exist. */
export function createFwdRule (sandbox: Sandbox, creation: FwdRuleCreation): FwdRule {
  refuseFaults(shorten(creationFaults(sandbox, creation)))
  const id = sandbox.takeId(fwdRules)
  return sandbox.collection(fwdRules).set(id, completeFwdRule(id, creation))
}

/** @throws {Refusal} 404 that names the id, or 400 that names the read-only fields or the devices that do not exist. */
export function updateFwdRule (sandbox: Sandbox, id: number, update: FwdRuleUpdate): FwdRule {
  const rule = getFwdRule(sandbox, id)
  refuseFaults(shorten(updateFaults(sandbox, update, id)))
  return sandbox.collection(fwdRules).set(id, mergeByKey(rule, update))
}

/** @throws {Refusal} 404 that names the id. */
export function deleteFwdRule (sandbox: Sandbox, id: number): Record<string, never> {
  getFwdRule(sandbox, id)
  sandbox.collection(fwdRules).delete(id)
  return {}
}

type Body = Partial<Record<keyof FwdRule, unknown>>

/** What is wrong with a new rule beyond its schema. */
export function creationFaults (sandbox: Sandbox, { alarmDevicesFilter }: Body): string[] {
  return deviceFaults(sandbox, alarmDevicesFilter)
}

/** What is wrong with an update of a rule beyond its schema; nothing where there is no such rule. */
export function updateFaults (sandbox: Sandbox, update: Body, id: number): string[] {
  const rule = sandbox.collection(fwdRules).get(id)
  if (rule === undefined) return []
  return [...readOnlyFaults(rule, update, readOnlyFieldNames), ...deviceFaults(sandbox, update.alarmDevicesFilter, rule)]
}

function deviceFaults (sandbox: Sandbox, ids: unknown, rule?: FwdRule): string[] {
  const relation = { resourceName: 'devices', what: 'a device', present: new Set(rule?.alarmDevicesFilter) }
  return Array.isArray(ids) ? ids.flatMap((id, index) => relationFaults(sandbox, relation, `/alarmDevicesFilter/${index}`, id)) : []
}
