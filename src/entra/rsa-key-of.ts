import { checkPrime, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'jose'

const isPrime = promisify<bigint, boolean>(checkPrime)
const derive = promisify<string, string, number, Buffer>(scrypt)

const primeBytes = 128
const publicExponent = 65_537n

/** A private RSA key of 2048 bits that follows from a text alone, and is as secret as that text; Node makes none but by chance. Source of the numbers: RFC 8017, 3.2. */
export async function rsaKeyOf (text: string): Promise<JWK> {
  const [p, q] = await Promise.all([primeOf(text, 'p'), primeOf(text, 'q')])
  const d = inverse(publicExponent, (p - 1n) * (q - 1n))
  const numbers = { n: p * q, e: publicExponent, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  return { kty: 'RSA', ...Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, base64url(number)])) }
}

// With its two highest bits set, the product of two such primes has all 2048 bits.
async function primeOf (text: string, purpose: string): Promise<bigint> {
  // Slow on purpose: whoever has the public key could try texts.
  const drawn = BigInt(`0x${(await derive(text, purpose, primeBytes)).toString('hex')}`)
  let number = drawn | 3n << BigInt(primeBytes * 8 - 2) | 1n
  while ((number - 1n) % publicExponent === 0n || !await isPrime(number)) number += 2n
  return number
}

function inverse (number: bigint, modulus: bigint): bigint {
  let [rest, next, factor, nextFactor] = [modulus, number % modulus, 0n, 1n]
  while (next !== 0n) {
    const times = rest / next;
    [rest, next, factor, nextFactor] = [next, rest - times * next, nextFactor, factor - times * nextFactor]
  }
  return (factor + modulus) % modulus
}

function base64url (number: bigint): string {
  const digits = number.toString(16)
  return Buffer.from(digits.padStart(digits.length + digits.length % 2, '0'), 'hex').toString('base64url')
}
