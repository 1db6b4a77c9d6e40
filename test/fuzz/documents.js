import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

const ajv = new Ajv2020({ strict: false, allErrors: false })
formats.default(ajv)

const errors = { ovoc: { type: 'application/json', schema: 'Error' }, control: { type: 'application/problem+json', schema: 'Problem' } }
const documents = { ovoc: read('openapi', 'ovoc'), control: read('control', 'control') }

// What these do to all records at once, and what follows from a deletion, the model does not know; tests of their own do.
const unmodelled = ['clearRecords', 'clearResource', 'reloadFixtures']
const unmodelledParameters = ['cascade', 'match', 'changed', 'listRecords filter']

/** Every operation of both committed documents. */
export const everyOperation = Object.entries(documents).flatMap(([api, { paths }]) => Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => describe(api, path, method, operation))))

/** Those of them that the model knows. */
export const operations = everyOperation.filter(({ id }) => !unmodelled.includes(id))

function read (file, key) {
  const document = JSON.parse(readFileSync(new URL(`../../openapi/${file}.json`, import.meta.url), 'utf8'))
  ajv.addSchema(document, key)
  return document
}

function describe (api, path, method, { operationId: id, tags = [], parameters = [], requestBody, responses }) {
  return {
    api,
    id,
    tag: tags[0],
    method: method.toUpperCase(),
    path,
    parameters: parameters.filter(({ name }) => ![name, `${id} ${name}`].some(each => unmodelledParameters.includes(each))),
    body: requestBody && resolve(api, requestBody.content['application/json'].schema),
    responses,
    pointer: `${api}#/paths/${escape(path)}/${method}/responses`
  }
}

/** The operation of an id. */
export function operationNamed (id) {
  return operations.find(operation => operation.id === id)
}

/** A schema in the place of a reference to it. */
export function resolve (api, schema) {
  return schema.$ref === undefined ? schema : documents[api].components.schemas[schema.$ref.split('/').at(-1)]
}

/** A schema of OVOC's document by its name. */
export function schemaNamed (name) {
  return documents.ovoc.components.schemas[name]
}

/** What is wrong with the answer of a documented operation; undefined is nothing. Its body is left out where it was not read. */
export function faultOfAnswer (operation, status, type, body, isRead = true) {
  const answer = operation.responses[status]
  if (answer === undefined) return `${operation.id} answers ${status}, which the document does not have`
  if (answer.content === undefined) return body === undefined ? undefined : `${operation.id} answers ${status} with a body, which the document does not have`
  const documented = Object.keys(answer.content)
  if (!documented.includes(type)) return `${operation.id} answers ${status} as ${type}, the document has ${documented}`
  if (!isRead) return undefined
  return faultOfBody(`${operation.pointer}/${status}/content/${escape(type)}/schema`, body)
}

/** What is wrong with an error that no documented operation answers; undefined is nothing. */
export function faultOfError (api, type, body) {
  if (type !== errors[api].type) return `an error is ${type}, not ${errors[api].type}`
  return faultOfBody(`${api}#/components/schemas/${errors[api].schema}`, body)
}

function faultOfBody (pointer, body) {
  const validate = ajv.getSchema(pointer)
  return validate(body) ? undefined : `the body is not as the document has it: ${ajv.errorsText(validate.errors)}`
}

function escape (token) {
  return encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'))
}
