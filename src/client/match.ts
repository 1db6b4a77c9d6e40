import type { OperationId, ResourceName } from '../resources/index.ts'
import type { Match as AnyMatch } from '../sandbox/match.ts'
import type { Given } from '../schema/given.ts'

/** Which requests are meant: those of which every condition holds; `{}` is all. */
export type Match = Given<AnyMatch & { operation: OperationId, resource: ResourceName }>
