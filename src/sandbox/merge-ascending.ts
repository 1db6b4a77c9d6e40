/** Two ascending sequences as one, each number once; undefined stays where it is in the first. */
export function * mergeAscending (first: Iterable<number | undefined>, second: readonly number[]): Generator<number | undefined> {
  let latest = -Infinity
  let next = 0
  for (const number of first) {
    while ((second[next] as number) < (number ?? -Infinity)) yield second[next++]
    if (second[next] === number) next++
    if (number === undefined || number > latest) yield number
    latest = number ?? latest
  }
  yield * second.slice(next)
}
