import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

const covered = readdirSync('build/src', { recursive: true }).filter(name => name.endsWith('.js') && !name.startsWith('assets')).map(name => resolve(join('build/src', name)))

/** Says to tap of which files each process of tests has to cover every line: of the code, not of the tests. */
export default () => covered
