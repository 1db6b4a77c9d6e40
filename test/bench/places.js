import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the package that is measured. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** The documented record, which every server answers with. */
export const customer = JSON.parse(readFileSync(join(root, 'test/resources/documented-customer.json'), 'utf8'))

/** The path of the work, as AudioCodes' page writes it. */
export const customerPath = `/api/ovoc/v1/topology/customers/${customer.id}`

/** A file beside this one, as a program for `node`. */
export function program (name) {
  return fileURLToPath(new URL(`programs/${name}`, import.meta.url))
}

/** The version of an installed peer. */
export function versionOf (packageName) {
  return JSON.parse(readFileSync(new URL(`node_modules/${packageName}/package.json`, import.meta.url), 'utf8')).version
}
