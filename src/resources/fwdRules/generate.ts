import type { Resource } from '../../dataset/resource.ts'
import { FwdRuleSchema } from './schema.ts'
import type { FwdRule, FwdRuleCreation } from './schema.ts'

/** Alarm forwarding rules. They belong to no customer, so blocks have none. */
export const fwdRules: Resource<FwdRule, 'fwdRules'> = {
  name: 'fwdRules',
  noun: 'forwarding rule',
  schema: FwdRuleSchema,
  idOf: ({ id }) => id,
  isNode: false,
  relations: [{ field: 'alarmDevicesFilter', to: 'devices' }],
  urlOf,
  generate (id, faker) {
    const severity = faker.helpers.arrayElement(['critical', 'major', 'minor'])
    const syslogServerIP = `192.0.2.${faker.number.int({ min: 1, max: 254 })}`
    const destSyslog = { syslogServerIP, syslogServerPort: faker.helpers.arrayElement([514, 1514, 20001]) }
    return completeFwdRule(id, {
      name: `Forward ${severity} alarms to ${syslogServerIP}`,
      ruleDestType: 'SYSLOG',
      destSyslog
    })
  }
}

/** Returns a rule with defaults for the fields that are left out: it belongs to the system and covers every alarm. */
export function completeFwdRule (id: number, { name, ruleDestType, destSyslog, ...given }: FwdRuleCreation): FwdRule {
  return {
    id,
    url: urlOf(id),
    name,
    tenantId: -1,
    ruleDestType,
    destSyslog,
    forwardType: 'ALLOW',
    alarmTenantsFilter: null,
    alarmRegionsFilter: null,
    alarmEndpointsFilter: null,
    alarmSitesFilter: null,
    alarmDevicesFilter: null,
    alarmNamesFilter: null,
    ...given
  }
}

function urlOf (id: number): string {
  return `/ovoc/v1/alarms/fwdRules/${id}`
}
