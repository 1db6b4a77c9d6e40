import { isIP } from 'node:net'

/** A certificate and its private key, both in PEM. */
export interface Certificate { cert: string, key: string }

/** Makes a certificate for the host and for this machine's own names. */
export async function makeCertificate (host: string): Promise<Certificate> {
  // Node can't make a certificate, and most servers need none.
  const { generate } = await import('selfsigned')
  const altNames = [...new Set(['localhost', '127.0.0.1', '::1', host])]
    .map(name => isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name })
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'ovoc-mock' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames }
    ]
  })
  return { cert, key }
}
