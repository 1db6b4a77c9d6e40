import { mix } from '../dataset/blocks.ts'

/** A number from 0 up to but not 1 that follows from the given ones alone. */
export function chance (...numbers: number[]): number {
  let bits = 0
  for (const number of numbers) bits = mix(mix(bits ^ number) ^ Math.floor(number / 2 ** 32))
  return bits / 2 ** 32
}
