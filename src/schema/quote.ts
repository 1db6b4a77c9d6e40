const longest = 80

/** A value as it may stand in a message: JSON, control characters escaped, cut after 80 characters. */
export function quote (value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, longest + 1)) : String(value)
  return text.length > longest + 2 ? `${text.slice(0, longest)}…` : text
}
