/** A Markdown table; every column but the first and those of words is set to the right. */
export function table (heads, lines) {
  const isNumeric = heads.map((_, column) => column > 0 && lines.some(line => /^[\d,.–]+$/.test(line[column])))
  const rule = isNumeric.map(numeric => numeric ? '--:' : '---')
  return [heads, rule, ...lines].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** A number without decimals. */
export function whole (number) {
  return Number.isFinite(number) ? Math.round(number).toLocaleString('en') : '–'
}

/** Milliseconds with as many decimals as can be meant. */
export function milliseconds (number) {
  return Number.isFinite(number) ? number.toFixed(number < 10 ? 2 : 1) : '–'
}

/** Bytes as MiB. */
export function mebibytes (bytes) {
  return whole(bytes / 2 ** 20)
}
