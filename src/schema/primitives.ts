import * as Type from 'typebox'
import type { Static, TSchema } from 'typebox'

/** Refers to a named schema, so that the document shows one component instead of a copy at each use. */
export function ref<Schema extends TSchema> (schema: Schema & { $id?: string }) {
  return Type.Unsafe<Static<Schema>>({ $ref: `${schema.$id}#` })
}

/** The schema, or null. Written as a type list: it reads better than `anyOf` and serialises faster. */
export function nullable<Schema extends TSchema> (schema: Schema) {
  const { type, enum: values, ...rest } = schema as { type?: string, enum?: unknown[] }
  return Type.Unsafe<Static<Schema> | null>({ ...rest, type: [type, 'null'], ...values && { enum: [...values, null] } })
}

/** An object that holds these fields and no others. */
export function strictObject<Fields extends Type.TProperties> (fields: Fields, options: Type.TObjectOptions = {}) {
  return Type.Object(fields, { ...options, additionalProperties: false })
}

/** A record of which any field may be left out, as lists give them. */
export function listItemOf (schema: TSchema & { $id?: string }): TSchema & { $id?: string } {
  return Type.Partial(schema as Type.TObject, {
    $id: `${schema.$id}ListItem`,
    additionalProperties: false,
    description: 'With the fields that were asked for'
  })
}

/** One of the given strings. */
export function oneOf<const Values extends string[]> (values: Values, options: Type.TSchemaOptions = {}) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: values, ...options })
}

/**
 * The id of a node. OVOC gives all topology nodes ids from one sequence of positive longs;
 * beyond 2^53−1 JSON numbers lose digits.
 */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, format: 'int64' })

/** How many of something there are. */
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, format: 'int64' })

/** A GUID as OVOC writes it. Source: AudioCodes' documented answers. */
export const Guid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'a GUID in lower case'
})

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const ipv4 = `(?:${octet}\\.){3}${octet}`
const ipv6Group = '[0-9A-Fa-f]{0,4}'

/** An IPv6 address is told by its signs; whether it is rightly abbreviated is not checked. */
export const IpAddress = Type.String({
  pattern: `^(?:${ipv4}|(?:${ipv6Group}:){2,7}(?:${ipv6Group}|${ipv4}))$`,
  description: 'an IPv4 or IPv6 address'
})

/** Source: the dates in AudioCodes' documented answers. */
export const DateTime = Type.String({
  pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])' +
    'T([01]\\d|2[0-3])(:[0-5]\\d){2}\\.\\d{3}[+-]([01]\\d|2[0-3])[0-5]\\d$',
  description: 'a date such as 2025-08-14T08:16:18.736+0000: milliseconds, numeric zone without a colon'
})

/** Writes an instant as OVOC does, in UTC. */
export function formatDateTime (instant: Date): string {
  return `${instant.toISOString().slice(0, -1)}+0000`
}

/**
 * What stands behind a simulated behaviour: a vendor page, a program that works against a real OVOC, or our
 * own choice.
 */
export interface Evidence {
  level: 'documented' | 'observed' | 'assumed'
  source: string
}

/** A page of AudioCodes' API documentation says so. */
export const documented = (source: string): Evidence => ({ level: 'documented', source })

/** Programs that work against a real OVOC rely on it. */
export const observed = (source: string): Evidence => ({ level: 'observed', source })

/** Nobody public says; `source` tells by what analogy it was chosen. */
export const assumed = (source: string): Evidence => ({ level: 'assumed', source })
