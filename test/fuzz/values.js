import { resolve } from './documents.js'

/** Texts that trip programs up. */
export const hostileTexts = [
  '', ' ', '\0', '\ud800', '\uFEFF', '"', '\\', "'", '\u2028', '😀', '%00', '%', '../..', '{}', 'null', '__proto__', 'constructor', 'toString',
  '<script>', '$ref', 'é', 'x'.repeat(5000), 'a.b', '-1', '1e3', '9007199254740993', '*', '\r\nX: y'
]

const samples = ['f79a7f93-5ef7-47d2-92c8-e4570503cec3', '10.0.0.9', '2001:db8::9', '2025-08-14T08:16:18.736+0000', 'Name-1', '00908f9a9623', 'ERROR']
const shares = { missing: 0.4, hostileText: 0.2, known: 0.8 }

/**
 * A value that fits a schema; a pattern is met by one of a few samples.
 * @param knownIds gives ids that records have, by the name of the field.
 */
export function valueOf (schema, chance, knownIds, name = '') {
  const { type, enum: values, not } = resolve('ovoc', schema)
  if (values !== undefined) return chance.one(values)
  const kind = chance.one([type ?? 'string'].flat())
  const value = makers[kind](resolve('ovoc', schema), chance, knownIds, name)
  return not?.enum?.includes(value) ? 1 : value
}

const makers = {
  null: () => null,
  boolean: (_, chance) => chance.is(0.5),
  string: ({ pattern }, chance) => textOf(pattern, chance),
  number: (schema, chance) => chance.is(0.5) ? chance.draw() : wholeOf(schema, chance),
  integer: (schema, chance, knownIds, name) => {
    const ids = knownIds(name)
    return ids.length > 0 && chance.is(shares.known) ? chance.one(ids) : wholeOf(schema, chance)
  },
  array: ({ items }, chance, knownIds, name) => Array.from({ length: chance.whole(0, 3) }, () => valueOf(items, chance, knownIds, name)),
  object: ({ properties = {}, required = [] }, chance, knownIds) => Object.fromEntries(Object.entries(properties)
    .filter(([name]) => required.includes(name) || !chance.is(shares.missing))
    .map(([name, schema]) => [name, valueOf(schema, chance, knownIds, name)]))
}

function wholeOf ({ minimum = -5, maximum = 2 ** 53 - 1 }, chance) {
  return chance.one([minimum, maximum, chance.whole(minimum, Math.min(maximum, minimum + 100_000))])
}

function textOf (pattern, chance) {
  if (pattern === undefined) return chance.is(shares.hostileText) ? chance.one(hostileTexts) : `text ${chance.hexadecimal(4)}`
  const fitting = samples.filter(sample => new RegExp(pattern, 'u').test(sample))
  return chance.one(fitting.length === 0 ? hostileTexts : fitting)
}

const wrongValues = [null, [], {}, true, 0, -1, 1.5, 1e300, 2 ** 53, [[]], [null], { a: 1 }, ...hostileTexts]
const wrongNames = ['__proto__', 'constructor', 'fullNam', 'a/b~c', '', 'x'.repeat(300), 'Name']

/** The value with one thing changed, somewhere in it: another value, a name too many, one too few. */
export function nearly (value, chance) {
  if (typeof value !== 'object' || value === null || chance.is(0.1)) return chance.one(wrongValues)
  const entries = Object.entries(value)
  const at = chance.whole(0, entries.length)
  if (Array.isArray(value)) return at === value.length ? [...value, chance.one(wrongValues)] : value.with(at, nearly(value[at], chance))
  if (at === entries.length || chance.is(0.2)) return withName(value, chance.one(wrongNames), chance.one(wrongValues))
  const [name, part] = entries[at]
  if (chance.is(0.2)) return Object.fromEntries(entries.filter(([other]) => other !== name))
  return withName(value, name, nearly(part, chance))
}

// Assigned, a name `__proto__` would vanish.
function withName (value, name, part) {
  return Object.fromEntries([...Object.entries(value).filter(([other]) => other !== name), [name, part]])
}

/** Bodies that are no JSON object that anybody means. */
export const hostileBodies = [
  '', '{', '}', '[]', 'null', '5', '"x"', 'true', 'NaN', '{"a":1,}', "{'a':1}", '{} {}', '[1', '{"a":"\n"}', '{"a":"\\ud800"}', '{"a":1,"a":2}',
  '\uFEFF{}', '{"__proto__":{"x":1}}', '{"description":1e999}', '{"description":"\\u0000"}', '['.repeat(50_000),
  `{"contacts":${'{"a":'.repeat(3000)}1${'}'.repeat(3001)}`, Buffer.from([0x7B, 0xFF, 0x7D]), Buffer.from([0, 1, 2]), 'a=b&c=d',
  `{${Array.from({ length: 3000 }, (_, index) => `"k${index}":1`).join()}}`, `{"description":"${'x'.repeat(1024 * 1024)}"}`
]
