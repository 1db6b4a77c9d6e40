import { found } from '../../protocol/operations.ts'
import { mergeByKey, readOnlyFaults, refuseFaults } from '../../protocol/update-record.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { completeFwdRule, fwdRules } from './generate.ts'
import { readOnlyFieldNames } from './schema.ts'
import type { FwdRule, FwdRuleCreation, FwdRuleUpdate } from './schema.ts'

/** @throws {Refusal} 404 that names the id. */
export function getFwdRule (sandbox: Sandbox, id: number): FwdRule {
  return found(sandbox.collection(fwdRules).get(id), 'forwarding rule', id)
}

/** @throws {Refusal} 400 that names the devices that do not exist. */
export function createFwdRule (sandbox: Sandbox, creation: FwdRuleCreation): FwdRule {
  refuseFaults(strangers(sandbox, creation))
  const id = sandbox.takeId(fwdRules)
  return sandbox.collection(fwdRules).set(id, completeFwdRule(id, creation))
}

/** @throws {Refusal} 404 that names the id, or 400 that names the read-only fields or the devices that do not exist. */
export function updateFwdRule (sandbox: Sandbox, id: number, update: FwdRuleUpdate): FwdRule {
  const rule = getFwdRule(sandbox, id)
  refuseFaults([...readOnlyFaults(rule, update, readOnlyFieldNames), ...strangers(sandbox, update)])
  return sandbox.collection(fwdRules).set(id, mergeByKey(rule, update))
}

/** @throws {Refusal} 404 that names the id. */
export function deleteFwdRule (sandbox: Sandbox, id: number): Record<string, never> {
  getFwdRule(sandbox, id)
  sandbox.collection(fwdRules).delete(id)
  return {}
}

// Assumed: whether OVOC takes the ids of devices that it does not have is not public.
function strangers (sandbox: Sandbox, { alarmDevicesFilter }: FwdRuleUpdate): string[] {
  return (alarmDevicesFilter ?? []).flatMap((id, index) =>
    sandbox.find('devices', id) === undefined ? [`/alarmDevicesFilter/${index} must be the id of a device, got ${id}`] : [])
}
