/**
 * Whether some path fits both a pattern, in which `*` is any text, and a template, in which `:name` is any segment. One pass over
 * the pattern, with all places of the template where it may be by then.
 */
export function mayBeOf (pattern: string, template: string): boolean {
  const parts = partsOf(template)
  let places = [0]
  for (const letter of pattern.replaceAll(/\*+/g, '*')) {
    places = letter === '*' ? from(Math.min(...places), parts.length) : places.flatMap(place => placesAfter(letter, place, parts))
    if (places.length === 0) return false
  }
  return places.includes(parts.length)
}

/** What a part stands for: a letter, or one letter or more of a segment. */
type Part = string | typeof segment

const segment = Symbol('segment')

function partsOf (template: string): Part[] {
  return template.split(/(:\w+)/).flatMap((text): Part[] => text.startsWith(':') ? [segment] : [...text])
}

function from (first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

// A segment may end with this letter or go on.
function placesAfter (letter: string, place: number, parts: readonly Part[]): number[] {
  const part = parts[place]
  if (part === segment) return letter === '/' ? [] : [place, place + 1]
  return part === letter ? [place + 1] : []
}
