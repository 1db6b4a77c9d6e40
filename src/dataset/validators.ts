import type { Ajv, ValidateFunction } from 'ajv'
import { sharedSchemas } from '../schema/statuses.ts'
import { strictAjv } from '../schema/strict-ajv.ts'
import type { Resource } from './resource.ts'

/** Tell whether a record fits its schema; each is made when first asked for. */
export class Validators {
  #ajv: Ajv | undefined

  // Ajv itself keeps what it compiled.
  of ({ schema }: Resource<any>): ValidateFunction {
    this.#ajv ??= strictAjv(sharedSchemas)
    return this.#ajv.compile(schema)
  }
}
