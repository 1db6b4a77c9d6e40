import { arch, cpus, release, totalmem, type } from 'node:os'
import { tool } from './load/load.js'

/** Where and when the figures were taken. */
export function describeMachine () {
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0].model.trim(),
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()} ${arch()}`,
    node: process.version,
    load: tool
  }
}
