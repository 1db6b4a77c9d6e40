const prefers = ['code=503', 'code=429', 'code=500', 'code=404', 'code=400', 'code=200', 'code=999', 'wait=0', 'code="503"; x=y, foo', 'wait=x', 'respond-async', '"', ',,,', '=']

/** Headers that make no difference to what is answered, or a refusal of it. */
const noise = [
  ['Accept', 'application/xml'], ['Accept', '*/*;q=0'], ['Accept-Encoding', 'gzip, br'], ['If-None-Match', '*'], ['Range', 'bytes=0-5'],
  ['Expect', '100-continue'], ['Expect', 'the unexpected'], ['Origin', 'https://elsewhere.example'], ['X-Forwarded-Host', 'evil.example'],
  ['X-Http-Method-Override', 'DELETE'], ['Upgrade', 'websocket'], ['TE', 'trailers'], ['Cookie', 'a=b; __proto__=c'], ['X-Latin', 'caf\xe9'],
  ['Access-Control-Request-Method', 'PUT'], ['__proto__', 'x'], ['constructor', 'x'], ['X-Empty', ''], ['Content-Encoding', 'gzip']
]

/** The headers of a request; `prefers` is the status that one of them asks for, where they may. */
export function headersOf ({ isWishing = false, basePath = '', type }, { chance, token }) {
  const headers = [['Host', chance.is(0.02) ? 'evil.example' : '127.0.0.1']]
  if (type !== undefined) headers.push(['Content-Type', type])
  if (chance.is(0.1)) headers.push(chance.one(noise))
  if (chance.is(0.1)) headers.push(['Authorization', authorization(basePath, token, chance)])
  if (chance.is(0.01)) headers.push(...Array.from({ length: 500 }, (_, index) => [`X-Flood-${index}`, 'x']))
  if (chance.is(0.003)) headers.push(['X-Long', 'x'.repeat(20_000)])
  if (!isWishing || !chance.is(0.05)) return { headers }
  const preference = chance.one(prefers)
  return { headers: [...headers, ['Prefer', preference]], prefers: /code="?(\d+)/.exec(preference)?.[1] }
}

const basic = Buffer.from('acladmin:pass_1234').toString('base64')

function authorization (basePath, token, chance) {
  if (chance.is(0.6)) return basePath === '/ovoc/v1' ? `Basic ${basic}` : `Bearer ${token}`
  return chance.one(['', 'Basic', 'Basic !!!', `Basic ${Buffer.from('a:b').toString('base64')}`, 'Bearer', 'Bearer a.b.c', `Bearer ${token}x`, 'Digest x', 'x'.repeat(4000)])
}
