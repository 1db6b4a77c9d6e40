import type { Resource } from '../../dataset/resource.ts'
import { SoftwareFileSchema } from './schema.ts'
import type { SoftwareFile } from './schema.ts'

/** Software files. They belong to no customer, so blocks have none. */
export const files: Resource<SoftwareFile, 'files'> = {
  name: 'files',
  noun: 'file',
  schema: SoftwareFileSchema,
  idOf: ({ id }) => id,
  isNode: false,
  generate (id, faker) {
    const product = faker.helpers.arrayElement(['Mediant_SW', 'Mediant_800C', 'MP1288'])
    const version = `7.40A.${faker.number.int({ min: 5, max: 500 })}.${faker.number.int({ min: 100, max: 999 })}`
    return {
      id,
      name: `${product}_SIP_F${version}.cmp`,
      description: faker.helpers.maybe(() => `Firmware ${version}`) ?? null
    }
  }
}
