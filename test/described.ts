import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Test } from 'tap'
import { openapiDocument } from '../src/index.ts'

interface Document { paths: Record<string, Record<string, { responses: Record<string, unknown> }>>, components: object }

const document: Document = JSON.parse(await openapiDocument('json'))
const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addSchema(document, 'openapi')

/** Fails the test when OVOC's answer is not what the OpenAPI document says. */
export function assertDescribed (t: Test, method: string, path: string, status: number, body: unknown): void {
  const ovocPath = /^(?:\/tenantui)?(?:\/api)?\/ovoc\/v1(\/[^?]*?)\/?(?:\?|$)/.exec(path)?.[1]
  if (ovocPath === undefined || method === 'OPTIONS' || method === 'HEAD') return
  const pointer = pointerOf(method, ovocPath, status)
  const validate = ajv.getSchema(`openapi#${pointer}`)
  if (status === 204) t.ok(mayBeEmpty(method, ovocPath), `${method} ${path} may answer 204`)
  else if (validate === undefined) t.fail(`${method} ${path} answered ${status}, which the document does not have`)
  else if (!validate(body)) t.fail(`${method} ${path} answered ${status} with another body than the document says`, { faults: validate.errors, body })
}

function mayBeEmpty (method: string, path: string): boolean {
  const template = templateOf(path)
  const answer = document.paths[template as string]?.[method.toLowerCase()]?.responses['204'] as { content?: object } | undefined
  return answer !== undefined && answer.content === undefined
}

function templateOf (path: string): string | undefined {
  return Object.keys(document.paths).find(candidate => matches(candidate, path))
}

function pointerOf (method: string, path: string, status: number): string {
  const template = templateOf(path)
  const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()]
  if (operation === undefined) return '/components/schemas/Error'
  const tokens = ['paths', template as string, method.toLowerCase(), 'responses', String(status), 'content', 'application/json', 'schema']
  return tokens.map(token => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function matches (template: string, path: string): boolean {
  const expected = template.split('/')
  const given = path.split('/')
  return expected.length === given.length && expected.every((segment, index) => segment.startsWith('{') || segment === given[index])
}
