import { readFileSync } from 'node:fs'

/**
 * Returns the URL of a file of the package, by its path from this folder. The build bundles all code into a few files
 * in one folder, so only this file knows where the code is.
 */
export function inPackage (path: string): URL {
  return new URL(path, import.meta.url)
}

/** The version of this package. */
export const version: string = JSON.parse(readFileSync(inPackage('../package.json'), 'utf8')).version
