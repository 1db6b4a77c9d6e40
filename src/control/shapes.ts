import * as Type from 'typebox'
import { jsonResponse } from '../protocol/operations.ts'
import { sandboxNameFormat } from '../protocol/base-paths.ts'
import { strictObject } from '../schema/primitives.ts'

/** A valid name of a sandbox or snapshot. */
export const Name = Type.String({
  pattern: sandboxNameFormat.pattern.source,
  description: `a name of ${sandboxNameFormat.description}`
})

/** The parameter of every path that ends in a name. */
export const NameParams = strictObject({ name: Name })

export const DoneSchema = strictObject({}, { $id: 'Done', description: 'Empty: there is nothing to return' })

export const RecordCounts = Type.Record(Type.String(), Type.Integer(), {
  description: 'How many records there are, by resource'
})

/** The success response of routes that return nothing. */
export const doneResponse = { 200: jsonResponse(DoneSchema, 'Done; the body is an empty object') }
