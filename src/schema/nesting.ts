import { childPointer } from './describe-problems.ts'

/** How deep a value may be nested that is kept and compared; far beyond, the engine fails on it. */
const mostLevels = 100

/** Which fields of an object are nested deeper than that. */
export function nestingProblems (object: object): string[] {
  const deep = Object.entries(object).filter(([, value]) => isDeeper(value, mostLevels - 1))
  return deep.map(([name]) => `${childPointer('', name)} must be nested no more than ${mostLevels} levels deep, the body included`)
}

function isDeeper (value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some(item => isDeeper(item, levels - 1))
}
