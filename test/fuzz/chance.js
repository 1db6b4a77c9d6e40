/** Draws that follow from a seed alone (the generator is mulberry32). */
export class Chance {
  #state

  constructor (...seeds) {
    this.#state = seeds.reduce((state, seed) => Math.imul(state ^ seed, 0x9E3779B1) + 0x7F4A7C15 | 0, 0)
  }

  /** A number from 0 up to but not 1. */
  draw () {
    this.#state = this.#state + 0x6D2B79F5 | 0
    let bits = Math.imul(this.#state ^ this.#state >>> 15, 1 | this.#state)
    bits = bits + Math.imul(bits ^ bits >>> 7, 61 | bits) ^ bits
    return ((bits ^ bits >>> 14) >>> 0) / 2 ** 32
  }

  /** A whole number from the first to the second. */
  whole (least, most) {
    return least + Math.floor(this.draw() * (most - least + 1))
  }

  is (probability) {
    return this.draw() < probability
  }

  one (list) {
    return list[Math.floor(this.draw() * list.length)]
  }

  /** The name of one of the weights, the more likely the heavier. */
  weighted (weights) {
    const entries = Object.entries(weights)
    let left = this.draw() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    return entries.find(([, weight]) => (left -= weight) < 0)[0]
  }

  /** A text of so many hexadecimal digits. */
  hexadecimal (length) {
    return Array.from({ length }, () => this.whole(0, 15).toString(16)).join('')
  }
}
