/** The middle of some numbers; of none it is NaN. */
export function median (numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2
}

/** The median of the ratios of two figures taken in the same rounds, so that what slows a whole round down does not count. */
export function ratioByRound (samples, others, figure) {
  return median(samples.map((sample, round) => sample[figure] / others[round][figure]))
}
