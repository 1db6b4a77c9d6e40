import * as Type from 'typebox'
import type { Static } from 'typebox'
import { Id, strictObject } from '../../schema/primitives.ts'

/** A call's record, with the fields that a program in use reads. */
export const CallSchema = strictObject({
  id: Id,
  url: Type.String({ description: 'Path from which the record can be retrieved' }),
  reportingNodeId: { ...Id, description: 'Id of the device that reported the call' }
}, { $id: 'Call', description: 'A monitored call, with the fields that are publicly known' })

export interface Call extends Static<typeof CallSchema> {}
