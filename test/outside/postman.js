import { promisify } from 'node:util'
import newman from 'newman'
import converter from 'openapi-to-postmanv2'

const convert = promisify(converter.convertV2.bind(converter))
const runCollection = promisify(newman.run)

// Optional parameters stay in the collection, but turned off: a filter that the converter makes up is no filter.
const options = { parametersResolution: 'Example', folderStrategy: 'Tags', enableOptionalParameters: false }

/** Makes a Postman collection of a document, and tests for each request what the document says of its success. */
export async function collectionOf (document) {
  const { result, reason, output } = await convert({ type: 'json', data: document }, options)
  if (!result) throw new Error(`the document makes no collection: ${reason}`)
  const [{ data: collection }] = output
  for (const item of requestsIn(collection)) item.event = [testOf(item.request, document)]
  return collection
}

/** Runs a collection in newman against a server; gives back how many requests it made and what failed. */
export async function runInNewman (collection, url) {
  const { run } = await runCollection({ collection, envVar: [{ key: 'baseUrl', value: `${url}/ovoc/v1` }] })
  return {
    requests: run.executions.map(({ item, response }) => `${item.name}: ${response?.code}`),
    failures: run.failures.map(({ source, error }) => `${source.name}: ${error.test ?? error.name}: ${error.message}`)
  }
}

function requestsIn ({ item }) {
  return item.flatMap(entry => entry.request === undefined ? requestsIn(entry) : [entry])
}

function testOf ({ method, url }, { paths, components }) {
  const path = `/${url.path.join('/')}`.replace(':id', '{id}')
  const successes = Object.entries(paths[path][method.toLowerCase()].responses).filter(([code]) => code < 400)
  const schemas = Object.fromEntries(successes.map(([code, { content }]) => [code, content && { ...content['application/json'].schema, components }]))
  return { listen: 'test', script: { type: 'text/javascript', exec: [`(${check})(${JSON.stringify(schemas)})`] } }
}

/* global pm -- this one runs inside the collection */
function check (schemas) {
  pm.test('the status is that of a success in the document', () => pm.expect(schemas).to.have.property(pm.response.code))
  const schema = schemas[pm.response.code]
  if (schema === undefined) return
  pm.test('the body is JSON', () => pm.expect(pm.response.headers.get('Content-Type')).to.match(/^application\/json/))
  pm.test('the body fits the schema of the document', () => pm.response.to.have.jsonSchema(schema, { unknownFormats: 'ignore' }))
}
