import type { Faker, Randomizer } from '@faker-js/faker'
import { guidFrom } from '../schema/hash.ts'

/** No generated date is later than this, so records do not depend on today's date. */
const referenceDate = new Date('2025-11-01T00:00:00.000Z')

/** Returns a faker whose every draw depends only on seed, resource name and id. */
export type SeededFaker = (resourceName: string, id: number) => Faker

/**
 * Makes a separate faker, so draws of another sandbox or of the host program do not affect it. The package takes a
 * twentieth of a second to load. It is an ES module, which some test runners cannot `require`.
 */
export async function loadFaker (seed: number): Promise<SeededFaker> {
  const { faker: shared } = await import('@faker-js/faker/locale/en')
  const Own = shared.constructor as typeof Faker
  const randomizer = sfc32()
  // One name in twenty is a double name. The pattern for it takes longer than the rest of the name.
  const person = { ...shared.rawDefinitions.person, last_name_pattern: null }
  const faker = new Own({ locale: { ...shared.rawDefinitions, person }, randomizer })
  faker.setDefaultRefDate(referenceDate)
  // Faker draws each of the 31 digits separately. The fixed bits mark version 4 and variant 1 of RFC 9562.
  faker.string.uuid = () => {
    const bytes = Buffer.alloc(16)
    for (let offset = 0; offset < 16; offset += 4) bytes.writeUInt32BE(Math.floor(randomizer.next() * 2 ** 32), offset)
    bytes.writeUInt8(bytes.readUInt8(6) % 16 + 0x40, 6)
    bytes.writeUInt8(bytes.readUInt8(8) % 64 + 0x80, 8)
    return guidFrom(bytes)
  }
  // Faker builds a city from a pattern, which takes longer than the rest of a device.
  faker.location.city = () => faker.helpers.arrayElement(faker.definitions.location.city_name)

  return (resourceName, id) => {
    randomizer.seed([...halves(seed), hashText(resourceName), ...halves(id)])
    return faker
  }
}

function halves (number: number): [high: number, low: number] {
  return [Math.floor(number / 2 ** 32), number >>> 0]
}

/** Hashes a text to a number of 32 bits. */
function hashText (text: string): number {
  let sum = 0
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum, 31) + text.charCodeAt(index) >>> 0
  return sum
}

/**
 * Chris Doty-Humphrey's generator sfc32: its numbers depend only on the seed. Each record seeds it anew. With faker's
 * own Mersenne Twister, seeding takes longer than the rest of a record. The seed is a list; only the lower 32 bits of
 * its numbers count.
 */
function sfc32 (): Randomizer {
  let [a, b, c, counter] = [0, 0, 0, 1]

  function draw (): number {
    const drawn = (a + b | 0) + counter | 0
    counter = counter + 1 | 0
    a = b ^ b >>> 9
    b = c + (c << 3) | 0
    c = (c << 21 | c >>> 11) + drawn | 0
    return drawn
  }

  function seed (words: number | number[]): void {
    a = b = c = 0
    counter = 1
    for (const word of words as number[]) {
      a ^= word
      for (let round = 0; round < 4; round++) draw()
    }
    for (let round = 0; round < 8; round++) draw()
  }

  return { seed, next: () => ((draw() >>> 5) * 2 ** 26 + (draw() >>> 6)) / 2 ** 53 }
}
