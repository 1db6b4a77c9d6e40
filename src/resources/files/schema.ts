import * as Type from 'typebox'
import type { Static } from 'typebox'
import { assumed, Id, nullable, strictObject } from '../../schema/primitives.ts'

/** A software file's record. It lacks `url`: no public source has a path to a single file. */
export const SoftwareFileSchema = strictObject({
  id: Id,
  name: Type.String({ description: 'File name' }),
  description: nullable(Type.String({ 'x-evidence': assumed('other lists of OVOC have it') }))
}, { $id: 'SoftwareFile', description: 'A file that OVOC keeps for its devices, such as firmware' })

export interface SoftwareFile extends Static<typeof SoftwareFileSchema> {}
