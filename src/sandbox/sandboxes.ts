import type { Dataset } from '../dataset/dataset.ts'
import { Sandbox } from './sandbox.ts'

/** The sandboxes of one server. */
export class Sandboxes {
  /** The sandbox of every request that names none. */
  readonly default: Sandbox

  constructor (dataset: Dataset) {
    this.default = new Sandbox('default', dataset)
  }
}
