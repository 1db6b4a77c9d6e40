import * as Type from 'typebox'
import type { Static } from 'typebox'
import { assumed, observed, Id, IpAddress, nullable, oneOf, strictObject } from '../../schema/primitives.ts'

const nodes = nullable(Type.Array(Id, {
  description: 'Ids of the nodes whose alarms the rule covers; null means all',
  'x-evidence': assumed('lists of device ids, empty lists and null are observed; the rest is by analogy')
}))

/** A rule's record. Keys are in the order of the body that a program in use sends. */
export const FwdRuleSchema = strictObject({
  id: Id,
  url: Type.String({ description: 'Path from which the record can be retrieved' }),
  name: Type.String({
    pattern: '\\S',
    description: 'a name that is not blank',
    'x-evidence': assumed('the rules for names are not public; several rules may have one name')
  }),
  tenantId: Type.Integer({
    minimum: -1,
    maximum: Number.MAX_SAFE_INTEGER,
    not: { const: 0 },
    format: 'int64',
    description: 'Id of the tenant that owns the rule; -1 means the system'
  }),
  ruleDestType: oneOf(['SYSLOG'], { 'x-evidence': observed('the only destination that has been observed') }),
  destSyslog: strictObject({
    syslogServerIP: IpAddress,
    syslogServerPort: Type.Integer({ minimum: 1, maximum: 65535 })
  }),
  forwardType: oneOf(['ALLOW'], {
    'x-evidence': observed('the only value that has been observed; the spelling of others is not public')
  }),
  alarmTenantsFilter: nodes,
  alarmRegionsFilter: nodes,
  alarmEndpointsFilter: nodes,
  alarmSitesFilter: nodes,
  alarmDevicesFilter: nullable(Type.Array(Id, {
    description: 'Ids of the devices whose alarms the rule covers; null means all. ' +
      'A device must exist when its id is added',
    'x-evidence': assumed('lists of device ids and null are observed; whether OVOC rejects the id of an unknown ' +
      'device is not public')
  })),
  alarmNamesFilter: nullable(Type.Array(Type.String(), {
    description: 'Names of the alarms that the rule covers; null means all'
  }))
}, { $id: 'FwdRule', description: 'A rule that forwards alarms to another system' })

export interface FwdRule extends Static<typeof FwdRuleSchema> {}

const { id, url, name, ruleDestType, destSyslog, ...defaultedFields } = FwdRuleSchema.properties

/** The fields that an update may repeat but not change. */
export const readOnlyFieldNames = ['id', 'url']

/** The body of a request that creates a rule. */
export const FwdRuleCreationSchema = Type.Object({
  name,
  ruleDestType,
  destSyslog,
  ...Type.Partial(Type.Object(defaultedFields)).properties
}, {
  $id: 'FwdRuleCreation',
  examples: [{
    name: 'Forward Connection Lost',
    ruleDestType: 'SYSLOG',
    destSyslog: { syslogServerIP: '10.0.0.9', syslogServerPort: 20001 }
  }],
  additionalProperties: false,
  description: 'A new rule. Defaults: tenantId is -1, forwardType is ALLOW, and each filter is null.',
  'x-evidence': assumed('the program in use sends every field; which fields are optional is not public')
})

export type FwdRuleCreation = Static<typeof FwdRuleCreationSchema>

/** The body of an update. */
export const FwdRuleUpdateSchema = Type.Partial(Type.Object({
  id,
  url,
  name,
  ruleDestType,
  destSyslog: Type.Partial(destSyslog, { additionalProperties: false }),
  ...defaultedFields
}), {
  $id: 'FwdRuleUpdate',
  examples: [{ alarmDevicesFilter: null }],
  additionalProperties: false,
  description: `The fields to change. ${readOnlyFieldNames.join(' and ')} may be sent, but only with their ` +
    'present value only.',
  'x-evidence': observed('a program in use sends only the fields that change')
})

export type FwdRuleUpdate = Static<typeof FwdRuleUpdateSchema>

/** The response to the creation of a rule. */
export const CreatedFwdRuleSchema = strictObject({ id, url }, {
  $id: 'CreatedFwdRule',
  description: 'Where the new rule is'
})
