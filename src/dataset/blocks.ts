/**
 * Generated records come in blocks of the id sequence. Each block holds one generated customer and everything that
 * belongs to it. A related id can therefore be computed from a record's own id.
 */
export interface Block {
  /** The block's first id, which is the id of its customer. */
  readonly first: number
  /** The block's position among all blocks, from 0. */
  readonly index: number
  readonly services: number
  readonly devices: number
  readonly calls: number
}

/** How many ids a block has. */
export const blockSize = 32

/** Blocks begin at a multiple of this, above every fixture. The number itself is above every id in public examples. */
export const firstBlock = 2 ** 21

/** How many customers share a channel. */
export const customersPerChannel = 16

/** Where the records are in a block. The customer is at 0. */
export const offsets = { services: 1, devices: 5, calls: 21, channel: 31 }

/** The ids of one resource in a block. */
export function idsFrom (block: Block, offset: number, count: number): number[] {
  const ids: number[] = []
  for (let index = 0; index < count; index++) ids.push(block.first + offset + index)
  return ids
}

/** The ids from `first` up to `end` (exclusive) whose distance from `one` is a multiple of `period`. */
export function idsEvery (period: number, one: number, first: number, end: number): number[] {
  const ids: number[] = []
  for (let id = one + Math.ceil((first - one) / period) * period; id < end; id += period) ids.push(id)
  return ids
}

/** The channel of a block's customer. A group of customers shares the channel that its first block brings. */
export function channelOf ({ first, index }: Block): number {
  return first - index % customersPerChannel * blockSize + offsets.channel
}

/** When a channel was defined: within the first two years after the first day. */
export function channelDate (id: number): Date {
  return between(firstDay, firstDay + 2 * year, id)
}

/** When a block's customer was defined: after its channel. */
export function customerDate (block: Block): Date {
  return between(channelDate(channelOf(block)).getTime(), lastDay, block.first)
}

/** When a service of a block was defined: in the month after its customer. */
export function serviceDate (id: number, block: Block): Date {
  const earliest = customerDate(block).getTime()
  return between(earliest, earliest + month, id)
}

const month = 30 * 24 * 3600 * 1000
const year = 12 * month
const firstDay = Date.UTC(2020, 10, 1)
const lastDay = Date.UTC(2025, 9, 1)

// Dates of related records must agree. They therefore follow from ids alone, whatever the seed.
function between (earliest: number, latest: number, id: number): Date {
  return new Date(earliest + Math.floor((latest - earliest) * mix(id) / 2 ** 32))
}

/** The block at an index. Its contents depend only on seed and index. */
export function blockAt (base: number, index: number, seed: number): Block {
  const chance = mix(mix(seed) ^ index)
  const services = servicesPerCustomer[chance % servicesPerCustomer.length] as number
  const devices = services === 0 ? 0 : (chance >>> 8) % 17
  return { first: base + index * blockSize, index, services, devices, calls: devices === 0 ? 0 : (chance >>> 16) % 9 }
}

/**
 * How many blocks, starting with this one, may refer to an id in it. A whole group shares the channel that its first
 * block brings.
 */
export function blocksReferringTo (id: number, { first, index }: Block): number {
  return id === first + offsets.channel && index % customersPerChannel === 0 ? customersPerChannel : 1
}

/** Returns a number per shape. Blocks with the same shape hold records of the same resources at the same positions. */
export function shapeOf ({ index, services, devices, calls }: Block): number {
  return ((calls * blockSize + devices) * blockSize + services) * customersPerChannel + index % customersPerChannel
}

const servicesPerCustomer = [0, 1, 1, 1, 1, 2, 2, 3, 4]

/** Mixes the bits of a 32-bit number so that neighbours differ in all of them (the finaliser of MurmurHash3). */
export function mix (number: number): number {
  let bits = number | 0
  bits = Math.imul(bits ^ bits >>> 16, 0x85EBCA6B)
  bits = Math.imul(bits ^ bits >>> 13, 0xC2B2AE35)
  return (bits ^ bits >>> 16) >>> 0
}
