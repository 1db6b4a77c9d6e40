/**
 * How much a figure may change from the beginning to the end of what is measured, as a part of its median; each along the line of the
 * median slope between any two samples (Theil and Sen), which single outliers do not move.
 *
 * Memory in use is read after a collection, and what is kept is bounded from the first minute on. Five parts in a hundred of it are some MiB,
 * which at thousands of requests per second for minutes would be a leak of one or two bytes for each.
 * Latencies and work are parts of those that stock Fastify has right after, so that a machine which gets slower changes both. Ten minutes of a
 * server that stays as it is kept within the bounds of latencies, which by themselves changed by 24 in a hundred.
 */
const figures = [
  { name: 'memory in use', of: ({ used }) => used, bound: 0.05 },
  { name: "p50 to stock Fastify's", of: ({ beside }) => beside.p50, bound: 0.15 },
  { name: "p99 to stock Fastify's", of: ({ beside }) => beside.p99, bound: 0.25 },
  { name: "work per answer to stock Fastify's", of: ({ beside }) => beside.work, bound: 0.15 }
]

/** What is to be said of the samples, each with `holds`. */
export function verdicts (samples, descriptors, exitCode) {
  const measured = samples.slice(Math.floor(samples.length / 3))
  return [
    ...figures.map(({ name, of, bound }) => {
      const change = changeOf(measured.map(of))
      return { what: name, said: `changed by ${(change * 100).toFixed(1)} %, at most ${bound * 100} % up`, holds: change <= bound }
    }),
    { what: 'descriptors', said: `${descriptors.before} before, ${descriptors.after} after`, holds: descriptors.after === undefined || descriptors.after <= descriptors.before },
    { what: 'SIGTERM', said: `exit code ${exitCode}`, holds: exitCode === 0 }
  ]
}

function changeOf (values) {
  const slopes = values.flatMap((value, index) => values.slice(index + 1).map((later, ahead) => (later - value) / (ahead + 1)))
  return median(slopes) * (values.length - 1) / median(values)
}

function median (numbers) {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
}
