import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Options } from '../src/index.ts'
import { build } from './harness.ts'
import type { Client } from './harness.ts'

let file: string | undefined

/** Returns a file for the option `tokenKey`. Each process writes it once: making a key takes longer than most tests. */
export function tokenKeyFile (): string {
  if (file !== undefined) return file
  const folder = mkdtempSync(join(tmpdir(), 'ovoc-mock-token-key-'))
  process.on('exit', () => rmSync(folder, { recursive: true }))
  file = join(folder, 'token-key.pem')
  writeFileSync(file, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return file
}

/** Returns a client of a server that signs tokens with that key. */
export function buildWithKey (t: Test, options: Partial<Options> = {}): Promise<Client> {
  return build(t, { tokenKey: tokenKeyFile(), ...options })
}
