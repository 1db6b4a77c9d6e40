import { X509Certificate, createPrivateKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readRegularFile } from '../dataset/fixture-source.ts'
import { OptionProblems } from './options.ts'

/**
 * Reads the file of the option `tokenKey`, or returns undefined without one. No message shows any of its content.
 * @throws {OptionProblems} for a file that cannot be read or that holds another kind of key.
 */
export function readTokenKey (file: string): KeyObject | undefined {
  if (file === '') return undefined

  // The value may be the key itself, with or without line breaks. The message must not put it into a log.
  if (/-----|\n|^MI[\w+/=]{100}/.test(file)) throw wrongKey('it is a key itself')
  const text = attempt(() => readRegularFile(file).toString(), wrongKey('it cannot be read').message)

  if (!text.includes('-----BEGIN PRIVATE KEY-----')) {
    const [, label] = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text) ?? []
    throw wrongKey(`${file} holds ${label === undefined ? 'no PEM' : `the PEM block ${label}`}`)
  }

  let key: KeyObject
  try {
    key = createPrivateKey(text)
  } catch {
    throw wrongKey(`${file} holds a PEM block that cannot be read`)
  }
  if (key.asymmetricKeyType !== 'rsa') throw wrongKey(`${file} holds a key of type ${key.asymmetricKeyType}`)
  const { modulusLength } = key.asymmetricKeyDetails as { modulusLength: number }
  if (modulusLength < 2048) throw wrongKey(`${file} holds an RSA key of ${modulusLength} bits`)
  return key
}

function wrongKey (problem: string): OptionProblems {
  const expected = 'a PEM file with an RSA private key (PKCS#8, at least 2048 bits)'
  return new OptionProblems(`the option token-key must name ${expected}, but ${problem}`)
}

/**
 * Reads the files of the options `tlsCert` and `tlsKey`.
 * @throws {OptionProblems} for a file that can't be read or is not PEM, and for two that do not belong together.
 */
export function readCertificate (certFile: string, keyFile: string): { cert: string, key: string } {
  const cert = attempt(() => readRegularFile(certFile).toString(), "the TLS certificate can't be read")
  const key = attempt(() => readRegularFile(keyFile).toString(), "the TLS private key can't be read")
  const demand = 'must be PEM that needs no passphrase'
  const parsedCert = attempt(() => new X509Certificate(cert), `the TLS certificate in ${certFile} ${demand}`)
  const parsedKey = attempt(() => createPrivateKey(key), `the TLS private key in ${keyFile} ${demand}`)
  if (parsedCert.checkPrivateKey(parsedKey)) return { cert, key }
  throw new OptionProblems(`the TLS private key in ${keyFile} does not belong to the certificate in ${certFile}`)
}

function attempt<Result> (action: () => Result, problem: string): Result {
  try {
    return action()
  } catch (error) {
    throw new OptionProblems(`${problem}: ${(error as Error).message}`)
  }
}
