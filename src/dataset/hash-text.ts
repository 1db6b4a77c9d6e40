/** A number of 32 bits that follows from a text; other texts seldom have the same. */
export function hashText (text: string): number {
  let sum = 0
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum, 31) + text.charCodeAt(index) >>> 0
  return sum
}
