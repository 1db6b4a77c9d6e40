import * as Type from 'typebox'
import type { Static } from 'typebox'
import { nullable, strictObject } from '../../schema/primitives.ts'

/** Source: a program in use, which reads both fields. */
export const RejectedEndpointSchema = strictObject({
  mac: Type.String({ pattern: '^[0-9a-f]{12}$', description: 'a MAC address of twelve lower-case hexadecimal digits' }),
  error: nullable(Type.String({ description: 'Why the endpoint was rejected' }))
}, {
  $id: 'RejectedEndpoint',
  description: 'An endpoint that tried to connect and was rejected. The list may have a MAC several times'
})

export interface RejectedEndpoint extends Static<typeof RejectedEndpointSchema> {}
