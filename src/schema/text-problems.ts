import { childPointer } from './describe-problems.ts'
import { quote } from './quote.ts'

/** How long a text may be, in characters. Assumed: no public source gives OVOC's limits. */
const maxTextLength = 65_536

/** How deep texts are searched for. */
const maxSearchedLevels = 20

// Tabs and line breaks are fine in descriptions.
const control = /[^\P{Cc}\t\n\r]/u
const unpaired = /\p{Surrogate}|\p{Noncharacter_Code_Point}/u

/**
 * Returns what is wrong with the texts in a value, whatever its schema: characters that no portal accepts, and lengths.
 * Assumed: no public source gives OVOC's rules for characters.
 */
export function textProblems (value: unknown, pointer = '', levels = maxSearchedLevels): string[] {
  if (typeof value === 'string') {
    if (value.length > maxTextLength) {
      return [`${pointer} must be a text of at most ${maxTextLength} characters, got ${value.length}`]
    }
    if (control.test(value) || unpaired.test(value)) {
      return [`${pointer} must be a text without control characters and unpaired surrogates, got ${quote(value)}`]
    }
    return []
  }
  // No schema is that deep.
  if (typeof value !== 'object' || value === null || levels === 0) return []
  const problems: string[] = []
  for (const name in value) {
    const item = (value as Record<string, unknown>)[name]
    // Long lists may hold many numbers.
    if (typeof item === 'string' || typeof item === 'object') {
      problems.push(...textProblems(item, childPointer(pointer, name), levels - 1))
    }
  }
  return problems
}
