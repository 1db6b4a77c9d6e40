/** The two ways to name a lane's sandbox: what the path begins with, and the headers. */
export function placeOf ({ name, chance }, headers) {
  if (chance.is(0.7)) return { prefix: `/__sandbox/${name}`, headers }
  return { prefix: '', headers: [...headers, ['X-Ovoc-Mock-Sandbox', name]] }
}
