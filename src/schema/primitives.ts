import * as Type from 'typebox'
import type { Static, TSchema } from 'typebox'

/** Some fields of a record and of the objects in it. Lists must be complete. */
export type SomeOf<Value> =
  Value extends readonly unknown[] ? Value :
    Value extends object ? { [Field in keyof Value]?: SomeOf<Value[Field]> | undefined } : Value

/** Refers to a named schema. The document then shows one component instead of a copy at each use. */
export function ref<Schema extends TSchema> (schema: Schema & { $id?: string }) {
  return Type.Unsafe<Static<Schema>>({ $ref: `${schema.$id}#` })
}

/** The schema, or null. It is written as a list of types, which reads better than `anyOf` and serialises faster. */
export function nullable<Schema extends TSchema> (schema: Schema) {
  const { type, enum: values, ...rest } = schema as { type?: string, enum?: unknown[] }
  return Type.Unsafe<Static<Schema> | null>({ ...rest, type: [type, 'null'], ...values && { enum: [...values, null] } })
}

/** An object with exactly these fields. */
export function strictObject<Fields extends Type.TProperties> (fields: Fields, options: Type.TObjectOptions = {}) {
  return Type.Object(fields, { ...options, additionalProperties: false })
}

/** A record as lists return it: any field may be left out. */
export function listItemOf (schema: TSchema & { $id?: string }): TSchema & { $id?: string } {
  return Type.Partial(schema as Type.TObject, {
    $id: `${schema.$id}ListItem`,
    additionalProperties: false,
    description: 'With the requested fields'
  })
}

/** One of the given strings. */
export function oneOf<const Values extends string[]> (values: Values, options: Type.TSchemaOptions = {}) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: values, ...options })
}

/**
 * The id of a node. OVOC numbers all topology nodes from one sequence of positive longs. JSON numbers beyond 2^53−1
 * lose digits.
 */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, format: 'int64' })

/** How many of something there are. */
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, format: 'int64' })

/** A GUID as OVOC writes it. Source: AudioCodes' documented responses. */
export const Guid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'a GUID in lower case'
})

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const ipv4 = `(?:${octet}\\.){3}${octet}`
const ipv6Group = '[0-9A-Fa-f]{0,4}'

/** An IP address. An IPv6 address is checked by its characters; its abbreviation is not. */
export const IpAddress = Type.String({
  pattern: `^(?:${ipv4}|(?:${ipv6Group}:){2,7}(?:${ipv6Group}|${ipv4}))$`,
  description: 'an IPv4 or IPv6 address'
})

/** A date as OVOC writes it. Source: AudioCodes' documented responses. */
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
 * The evidence for a simulated behaviour: a vendor page, a program that works against a real OVOC, or our own choice.
 */
export interface Evidence {
  level: 'documented' | 'observed' | 'assumed'
  source: string
}

/** A page of AudioCodes' API documentation says so. */
export const documented = (source: string): Evidence => ({ level: 'documented', source })

/** Programs that work against a real OVOC rely on it. */
export const observed = (source: string): Evidence => ({ level: 'observed', source })

/** No public source says so. `source` names the analogy or reason for our choice. */
export const assumed = (source: string): Evidence => ({ level: 'assumed', source })
