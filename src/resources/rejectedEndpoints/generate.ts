import type { Resource } from '../../dataset/resource.ts'
import { RejectedEndpointSchema } from './schema.ts'
import type { RejectedEndpoint } from './schema.ts'

/** Rejected endpoints. They have no id, so each is kept under its position in the file. Blocks have none. */
export const rejectedEndpoints: Resource<RejectedEndpoint, 'rejectedEndpoints'> = {
  name: 'rejectedEndpoints',
  noun: 'rejected endpoint',
  schema: RejectedEndpointSchema,
  idOf: (_, position) => position,
  isNode: false,
  generate (_id, faker) {
    return {
      mac: `${audioCodesPrefix}${faker.string.hexadecimal({ length: 6, casing: 'lower', prefix: '' })}`,
      error: faker.helpers.arrayElement([null, 'License limit reached', 'Unknown tenant'])
    }
  }
}

const audioCodesPrefix = '00908f'
