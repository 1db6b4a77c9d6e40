import { faultOfAnswer, faultOfError } from './documents.js'
import { Finding, expect } from './finding.js'

/**
 * Whether an answer is one that the request may get.
 * @param rules the rules that may have spoilt it.
 * @returns the body, read.
 * @throws {Finding}
 */
export function judge (request, { status, headers, body: bytes }, rules) {
  const type = headers.get('Content-Type')?.split(';')[0]
  const body = read(type, bytes)
  const { operation, method, asked, isTooLong, statuses } = request
  if (isTooLong) return expectError(request, [431], status, 'ovoc', type, body)
  if (isSpoilt(request, status, rules)) return body
  if (asked !== undefined && status !== 401) expect(status === Number(asked), `asked for ${asked}, the answer is ${status}`)
  if (operation === undefined) return judgeWild(request, statuses, status, type, body)
  const fault = faultOfAnswer(operation, status, type, body, method !== 'HEAD' && operation.id !== 'streamRequests')
  expect(fault === undefined, fault)
  expect(status < 500 || asked !== undefined, `an answer is ${status}, which nobody asked for`)
  return body
}

function read (type, bytes) {
  if (bytes.length === 0) return undefined
  if (!/^application\/(problem\+)?json$/.test(type)) return bytes.toString()
  try {
    return JSON.parse(bytes.toString())
  } catch (error) {
    throw new Finding(`the body is not JSON: ${error.message}: ${bytes.toString().slice(0, 200)}`)
  }
}

// Rules end no request for the simulator's own paths.
function isSpoilt ({ operation, api }, status, rules) {
  // A body or headers alone are sent with 200, on a path without an operation too.
  const isOwn = rule => operation === undefined && status === 200 && (rule.body !== undefined || rule.headers !== undefined)
  const isBy = rule => rule.status === status || isOwn(rule) || (rule.rateLimit !== undefined && status === 429)
  return (operation?.api ?? api) === 'ovoc' && rules.some(isBy)
}

function judgeWild (request, statuses, status, type, body) {
  expect(statuses.includes(status) || status === 401 || status === 403, `the answer is ${status}, expected one of ${statuses}`)
  if (status < 400 || request.url.includes('/t/')) return body
  return expectError(request, [status], status, request.api, type, body)
}

function expectError ({ method }, statuses, status, api, type, body) {
  expect(statuses.includes(status), `the answer is ${status}, expected ${statuses}`)
  const fault = method === 'HEAD' ? undefined : faultOfError(api, type, body)
  expect(fault === undefined, fault)
  return body
}
