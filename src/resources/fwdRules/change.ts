import { Refusal } from '../../protocol/refusal.ts'
import { found } from '../../protocol/operations.ts'
import { updateRecord } from '../../protocol/update-record.ts'
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
  refuseStrangers(sandbox, creation)
  const id = sandbox.takeId()
  return sandbox.collection(fwdRules).create(id, completeFwdRule(id, creation))
}

/** @throws {Refusal} 404 that names the id, or 400 that names the read-only fields or the devices that do not exist. */
export function updateFwdRule (sandbox: Sandbox, id: number, update: FwdRuleUpdate): FwdRule {
  const updated = updateRecord(getFwdRule(sandbox, id), update, readOnlyFieldNames)
  refuseStrangers(sandbox, update)
  return sandbox.collection(fwdRules).set(id, updated)
}

/** @throws {Refusal} 404 that names the id. */
export function deleteFwdRule (sandbox: Sandbox, id: number): Record<string, never> {
  getFwdRule(sandbox, id)
  sandbox.collection(fwdRules).delete(id)
  return {}
}

function refuseStrangers (sandbox: Sandbox, { alarmDevicesFilter }: FwdRuleUpdate): void {
  const faults = (alarmDevicesFilter ?? []).flatMap((id, index) => sandbox.find('devices', id) === undefined ? [`/alarmDevicesFilter/${index} must be the id of a device, got ${id}`] : [])
  if (faults.length > 0) throw new Refusal(400, `the body is not valid: ${faults.join('; ')}`)
}
