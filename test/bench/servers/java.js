import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command that runs the jar in a peer's folder, which is given as a URL. */
export function java (folder, ...args) {
  const directory = fileURLToPath(folder)
  const jar = readdirSync(directory).find(name => name.endsWith('.jar'))
  return ['java', '-jar', join(directory, jar), ...args]
}

/** Why no row in Java can be measured here, if none can. */
export function javaIsMissing () {
  return spawnSync('java', ['-version']).status === 0 ? undefined : 'needs Java, and there is no java command'
}
