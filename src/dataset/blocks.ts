/**
 * Generated records come in blocks of the id sequence, one for each generated customer with all that belongs to it,
 * so that related ids are arithmetic on a record's own id.
 */
export interface Block {
  /** The block's first id, which is its customer's. */
  readonly first: number
  /** The block's place among all blocks, from 0. */
  readonly index: number
  readonly services: number
  readonly devices: number
  readonly calls: number
}

/** How many ids a block has. */
export const blockSize = 32

/** Blocks begin at a multiple of this, above every fixture. It is itself above every id that a public example shows. */
export const firstBlock = 2 ** 21

/** How many customers share a channel. */
export const customersPerChannel = 16

/** Where in a block its records stand; the customer is at 0. */
export const offsets = { services: 1, devices: 5, calls: 21, channel: 31 }

/** The ids of one kind in a block. */
export function idsFrom (block: Block, offset: number, count: number): number[] {
  const ids: number[] = []
  for (let index = 0; index < count; index++) ids.push(block.first + offset + index)
  return ids
}

/** The ids from `first` to before `end` that are some periods away from one. */
export function idsEvery (period: number, one: number, first: number, end: number): number[] {
  const ids: number[] = []
  for (let id = one + Math.ceil((first - one) / period) * period; id < end; id += period) ids.push(id)
  return ids
}

/** The channel of a block's customer: the first of each group brings the one that the group shares. */
export function channelOf ({ first, index }: Block): number {
  return first - index % customersPerChannel * blockSize + offsets.channel
}

/** When a channel was defined: in the first two years of the world. */
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

// Since dates of related records must agree, they follow from ids alone, whatever the seed.
function between (earliest: number, latest: number, id: number): Date {
  return new Date(earliest + Math.floor((latest - earliest) * mix(id) / 2 ** 32))
}

/** The block at an index, its contents decided by seed and index alone. */
export function blockAt (base: number, index: number, seed: number): Block {
  const chance = mix(mix(seed) ^ index)
  const services = servicesPerCustomer[chance % servicesPerCustomer.length] as number
  const devices = services === 0 ? 0 : (chance >>> 8) % 17
  return { first: base + index * blockSize, index, services, devices, calls: devices === 0 ? 0 : (chance >>> 16) % 9 }
}

/**
 * How many blocks, this one first, may refer to an id in it:
 * the channel that a group's first block brings is shared by all of the group.
 */
export function blocksReferringTo (id: number, { first, index }: Block): number {
  return id === first + offsets.channel && index % customersPerChannel === 0 ? customersPerChannel : 1
}

/** Blocks with the same shape hold records of the same kinds at the same places. */
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
