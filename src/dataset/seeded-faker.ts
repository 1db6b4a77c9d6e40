import { faker as shared } from '@faker-js/faker/locale/en'
import type { Faker } from '@faker-js/faker'
import { hashText } from './hash-text.ts'
import { sfc32 } from './sfc32.ts'

/** No generated date is later than this, so that records do not change with the day they are asked on. */
const referenceDate = new Date('2025-11-01T00:00:00.000Z')

/** Gives a faker whose every draw follows from seed, resource name and id alone. */
export type SeededFaker = (resourceName: string, id: number) => Faker

/** Makes a faker of its own, so that neither another sandbox's nor the host program's draws disturb it. */
export function seededFaker (seed: number): SeededFaker {
  const Own = shared.constructor as typeof Faker
  const faker = new Own({ locale: shared.rawDefinitions, randomizer: sfc32() })
  faker.setDefaultRefDate(referenceDate)
  return (resourceName, id) => {
    faker.seed([...halves(seed), hashText(resourceName), ...halves(id)])
    return faker
  }
}

function halves (number: number): [high: number, low: number] {
  return [Math.floor(number / 2 ** 32), number >>> 0]
}
