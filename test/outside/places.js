import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A file of the repository. */
export const inRepository = path => fileURLToPath(new URL(`../../${path}`, import.meta.url))

export const ovocDocument = inRepository('openapi/openapi.json')
export const controlDocument = inRepository('openapi/control.json')

/** The document with two things in it that the server does not keep to, so that a check of it has to find them. */
export function alteredDocument () {
  const document = JSON.parse(readFileSync(ovocDocument, 'utf8'))
  document.components.schemas.Customer.properties.tenantId = { type: 'string' }
  document.paths['/topology/lcCustomers'].get.parameters.find(({ name }) => name === 'detail').schema = { enum: ['whole'] }
  return document
}
