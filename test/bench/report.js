import { table } from './table.js'

/** All figures as Markdown. */
export function report ({ machine, options, verdicts }, shown) {
  const { date, processor, cores, memory, system, node, load } = machine
  return [
    `Measured on ${date}: ${processor}, ${cores} cores, ${memory}, ${system}, Node.js ${node}; load by ${load}; ` +
      `${options.rounds} rounds of ${options.seconds} s, medians.`,
    ...shown.map(({ title, text }) => `## ${title}\n\n${text}`),
    `## Ratios, each from this run\n\n${verdictTable(verdicts)}`
  ].join('\n\n')
}

function verdictTable (verdicts) {
  return table(['what', 'measured', 'promised', 'tolerance', 'holds'], verdicts.map(({ what, value, atLeast, atMost, tolerance, holds }) => [
    what,
    value === undefined ? '–' : value.toFixed(2),
    atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`,
    tolerance === 0 ? 'none' : `${tolerance * 100} %`,
    holds === undefined ? 'not measured' : holds ? 'yes' : 'no'
  ]))
}
