import { X509Certificate, createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'

/** A certificate and its private key, both in PEM. */
export interface Certificate { cert: string, key: string }

/**
 * Reads a certificate and its private key.
 * @throws an error that says what is wrong: a file can't be read or is not PEM, or the two do not belong together.
 */
export function readCertificate (certFile: string, keyFile: string): Certificate {
  const cert = attempt(() => readFileSync(certFile, 'utf8'), "the TLS certificate can't be read")
  const key = attempt(() => readFileSync(keyFile, 'utf8'), "the TLS private key can't be read")
  const demand = 'must be PEM that needs no passphrase'
  const parsedCert = attempt(() => new X509Certificate(cert), `the TLS certificate in ${certFile} ${demand}`)
  const parsedKey = attempt(() => createPrivateKey(key), `the TLS private key in ${keyFile} ${demand}`)
  if (parsedCert.checkPrivateKey(parsedKey)) return { cert, key }
  throw new Error(`the TLS private key in ${keyFile} does not belong to the certificate in ${certFile}`)
}

function attempt<Result> (action: () => Result, problem: string): Result {
  try {
    return action()
  } catch (error) {
    throw new Error(`${problem}: ${(error as Error).message}`)
  }
}

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
