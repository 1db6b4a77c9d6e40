/** The part of an object's schema that is needed to read its fields from text. */
export interface TextSchema { properties: Record<string, { type?: string | string[] }> }

const wholeNumber = /^(?:0|-?[1-9]\d{0,15})$/
const decimal = /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?$/

/**
 * Converts the texts of a path, query, flag or variable into the types that their schema names. A text that does not
 * fit its type stays as it is; validation rejects it later.
 */
export function readTexts (texts: Record<string, unknown>, { properties }: TextSchema): void {
  for (const name in texts) {
    const text = texts[name]
    if (typeof text !== 'string' || !Object.hasOwn(properties, name)) continue
    texts[name] = readText(text, properties[name] as { type?: string })
  }
}

function readText (text: string, { type }: { type?: string | string[] }): unknown {
  const may = (name: string): boolean => type === name || (Array.isArray(type) && type.includes(name))
  if (may('null') && text === 'null') return null
  if (may('integer') && wholeNumber.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  if (may('number') && decimal.test(text)) return Number(text)
  if (may('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  // A secret may have a comma.
  if (may('array')) return text.includes('\n') ? text.split(/\r?\n/).filter(line => line !== '') : text.split(',')
  return text
}
