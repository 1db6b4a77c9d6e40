import { isDecodable } from './decodable.ts'
import { Refusal } from './refusal.ts'

/** A percent-encoded character of UTF-8, or a percent sign that begins none. */
const encoded = /%(?:[0-7][\da-f]|[cd][\da-f]%[89ab][\da-f]|e[\da-f](?:%[89ab][\da-f]){2}|f[0-7](?:%[89ab][\da-f]){3})|%[\da-f]{0,2}/gi

/**
 * The texts that a parameter that the query has may stand for: a plus that is not percent-encoded is a plus to some clients and a space to others.
 * @throws {Refusal} 400 that says where it is not percent-encoded UTF-8.
 */
export function readingsOf (url: string, name: string): string[] {
  const raw = rawParameter(url, name)
  const wrong = Array.from(raw.matchAll(encoded)).find(([text]) => !isDecodable(text))
  if (wrong !== undefined) throw encodingProblem(name, decodeURIComponent(raw.slice(0, wrong.index)), wrong[0])
  return [...new Set([raw, raw.replaceAll('+', '%20')])].map(decodeURIComponent)
}

function encodingProblem (name: string, before: string, got: string): Refusal {
  return new Refusal(400, `the query is not valid: ${name} must be percent-encoded UTF-8 at position ${before.length + 1}, got ${JSON.stringify(got)}`)
}

function rawParameter (url: string, name: string): string {
  const parameters = url.slice(url.search(/[?#]/) + 1).split('&').map(parameter => parameter.split(/=(.*)/s))
  const [, value = ''] = parameters.find(([key]) => decodeURIComponent(key as string) === name) as string[]
  return value
}
