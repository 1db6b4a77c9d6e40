const maxLength = 80

/** Quotes a value for a message: as JSON, control characters escaped, cut after 80 characters. */
export function quote (value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  const text = typeof value === 'string' ? printable(JSON.stringify(value.slice(0, maxLength + 1))) : String(value)
  return text.length > maxLength + 2 ? `${text.slice(0, maxLength)}…` : text
}

// These are control characters of both ranges, line separators, and characters that are invisible or change the text
// direction.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Escapes every character that could end a line, control a terminal or hide what follows. */
export function printable (text: string): string {
  return text.replace(unprintable, character => {
    return character.split('').map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
  })
}
