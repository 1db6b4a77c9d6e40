import type { Randomizer } from '@faker-js/faker'

/**
 * Chance that follows from its seed alone, as Chris Doty-Humphrey's generator sfc32 draws it. Each record seeds it anew,
 * which takes faker's own Mersenne Twister longer than all the rest of a record. A seed is a list here,
 * and of its numbers the lower 32 bits count.
 */
export function sfc32 (): Randomizer {
  let [a, b, c, counter] = [0, 0, 0, 1]

  function draw (): number {
    const drawn = (a + b | 0) + counter | 0
    counter = counter + 1 | 0
    a = b ^ b >>> 9
    b = c + (c << 3) | 0
    c = (c << 21 | c >>> 11) + drawn | 0
    return drawn
  }

  function absorb (word: number): void {
    a ^= word
    for (let round = 0; round < 4; round++) draw()
  }

  function seed (words: number | number[]): void {
    a = b = c = 0
    counter = 1
    for (const word of words as number[]) absorb(word)
    for (let round = 0; round < 8; round++) draw()
  }

  return { seed, next: () => ((draw() >>> 5) * 2 ** 26 + (draw() >>> 6)) / 2 ** 53 }
}
