import { Refusal } from './refusal.ts'

const known = "only (field='value') is publicly known"

/**
 * Reads a filter such as `(name='Brad984')`, in one pass over its text.
 * @param fields the fields that may be filtered on.
 * @throws {Refusal} 400 that says at which position what was expected.
 */
export function parseFilter (text: string, fields: readonly string[]): { field: string, value: string } {
  if (text[0] !== '(') throw problem(text, 0, '"("')
  const equals = text.indexOf('=')
  const field = text.slice(1, equals === -1 ? undefined : equals)
  if (!fields.includes(field)) throw problem(text, 1, `one of ${fields.join(', ')}, then "="`)
  if (equals === -1) throw problem(text, text.length, '"="')
  if (text[equals + 1] !== "'") throw problem(text, equals + 1, 'a value in single quotes')
  const end = text.indexOf("'", equals + 2)
  if (end === -1) throw problem(text, text.length, 'the closing quote')
  if (text[end + 1] !== ')') throw problem(text, end + 1, '")", since a value holds no quote and a filter one condition')
  if (end + 2 !== text.length) throw problem(text, end + 2, 'the end, since a filter is one condition')
  return { field, value: text.slice(equals + 2, end) }
}

function problem (text: string, index: number, expected: string): Refusal {
  const found = index < text.length ? JSON.stringify(text.slice(index, index + 20)) : 'the end'
  return new Refusal(400, `the query is not valid: filter must have ${expected} at position ${index + 1}, got ${found}; ${known}`)
}
