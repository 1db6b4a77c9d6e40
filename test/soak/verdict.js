/**
 * How much a figure may change from the beginning to the end of what is measured, as a part of its median; each along the line of the
 * median slope between any two samples (Theil and Sen), which single outliers do not move.
 *
 * Memory in use is read after a collection, and what is kept is bounded from the first minute on. Five parts in a hundred of it are some MiB,
 * which at thousands of requests per second for minutes would be a leak of one or two bytes for each.
 * Latencies and work are those of a server that does the same all the time: the bounds are what test/bench found the same server to differ
 * from itself on a busy machine.
 */
const bounds = { used: 0.05, p50: 0.15, p99: 0.25, work: 0.15 }

const names = { used: 'memory in use', p50: 'p50 in its own time', p99: 'p99 in its own time', work: 'work per answer' }

/** What is to be said of the samples, each with `holds`. */
export function verdicts (samples, descriptors, exitCode) {
  const measured = samples.slice(Math.floor(samples.length / 3))
  return [
    ...Object.entries(bounds).map(([figure, bound]) => {
      const change = changeOf(measured.map(sample => sample[figure]))
      return { what: names[figure], said: `changed by ${(change * 100).toFixed(1)} %, at most ${bound * 100} % up`, holds: change <= bound }
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
