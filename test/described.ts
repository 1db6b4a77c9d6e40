import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Test } from 'tap'

interface Document { paths: Record<string, Record<string, { tags: string[], responses: Record<string, unknown> }>>, components: object }

interface Api { document: Document, key: string, errorSchema: string, errorType: string }

const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
const ovoc = read('openapi', 'Error', 'application/json')
const control = read('control', 'Problem', 'application/problem+json')

// openapi.test.ts checks that the committed documents are up to date with the schemas.
function read (key: 'openapi' | 'control', error: string, errorType: string): Api {
  const document: Document = JSON.parse(readFileSync(`openapi/${key}.json`, 'utf8'))
  ajv.addSchema(document, key)
  return { document, key, errorSchema: `/components/schemas/${error}`, errorType }
}

/** The paths of OVOC's lists of all resources. */
export const listPaths = Object.entries(ovoc.document.paths).filter(([path, item]) => 'get' in item && !path.includes('{')).map(([path]) => path)

/** The operations that this file has called with success. */
const succeeded = new Set<string>()

/** Begins a test file. Calls of earlier files in this process do not count for it. */
export function forgetSucceeded (): void {
  succeeded.clear()
}

/**
 * Fails the test if an operation of a resource did not succeed in this file. So the file tests all operations that the fidelity table says
 * it tests.
 */
export function assertAllSucceeded (t: Test, tag: string): void {
  const operations = Object.entries(ovoc.document.paths).flatMap(([path, item]) => Object.entries(item).filter(([, { tags }]) => tags[0] === tag).map(([method]) => `${method} ${path}`))
  t.ok(operations.length > 0)
  for (const operation of operations) t.ok(succeeded.has(operation), operation)
}

/** Fails the test if a response does not fit the OpenAPI document of its path. */
export function assertDescribed (t: Test, method: string, url: string, status: number, body: unknown): void {
  const described = splitPath(url)
  if (described === undefined || method === 'OPTIONS' || method === 'HEAD') return
  const { api, path } = described
  if (api === ovoc && status < 300) succeeded.add(`${method.toLowerCase()} ${templateOf(api.document, path)}`)
  const validate = ajv.getSchema(`${api.key}#${pointerOf(api, method, path, status)}`)
  if (status === 204) t.ok(mayBeEmpty(api, method, path), `${method} ${path} may answer 204`)
  else if (validate === undefined) t.fail(`${method} ${path} answered ${status}, which the document does not have`)
  else if (!validate(body)) t.fail(`${method} ${path} answered ${status} with another body than the document says`, { problems: validate.errors, body })
}

function splitPath (url: string): { api: Api, path: string } | undefined {
  const [, basePath, path = ''] = /^(?:\/__sandbox\/[^/]*)?((?:\/tenantui)?(?:\/api)?\/ovoc\/v1(?=\/)|(?=\/__admin\/))(\/[^?]*?)\/?(?:\?|$)/.exec(url) ?? []
  if (basePath === undefined || path === '/__admin/openapi.json') return undefined
  return { api: basePath === '' ? control : ovoc, path }
}

function mayBeEmpty ({ document }: Api, method: string, path: string): boolean {
  const template = templateOf(document, path)
  const answer = document.paths[template as string]?.[method.toLowerCase()]?.responses['204'] as { content?: object } | undefined
  return answer !== undefined && answer.content === undefined
}

function templateOf (document: Document, path: string): string | undefined {
  return path in document.paths ? path : Object.keys(document.paths).find(candidate => matches(candidate, path))
}

function pointerOf ({ document, errorSchema, errorType }: Api, method: string, path: string, status: number): string {
  const template = templateOf(document, path)
  const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()]
  if (operation === undefined) return errorSchema
  const type = status < 400 ? 'application/json' : errorType
  const tokens = ['paths', template as string, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema']
  return tokens.map(token => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function matches (template: string, path: string): boolean {
  const expected = template.split('/')
  const given = path.split('/')
  return expected.length === given.length && expected.every((segment, index) => segment.startsWith('{') || segment === given[index])
}
