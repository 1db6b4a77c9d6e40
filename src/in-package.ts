/**
 * The address of a file of the package, by its path from this folder. The build makes one folder of few files out of
 * all code, so this file alone knows where it is.
 */
export function inPackage (path: string): URL {
  return new URL(path, import.meta.url)
}
