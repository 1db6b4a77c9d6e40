// Fails when a package that users install has a licence that is not known to be permissive; prints how many have which.
import { readFileSync } from 'node:fs'

const permissive = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT']

const { packages } = JSON.parse(readFileSync(process.argv[2] ?? 'package-lock.json', 'utf8'))
const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev)
const faults = shipped.filter(([, { license }]) => !permissive.includes(license))
const names = [...new Set(shipped.map(([, { license }]) => license))].sort()
console.log(`${shipped.length} packages: ${names.map(name => `${shipped.filter(([, { license }]) => license === name).length} ${name}`).join(', ')}`)
for (const [path, { license }] of faults) console.error(`${path}: expected one of ${permissive.join(', ')}, got ${license}`)
if (faults.length > 0 || shipped.length === 0) process.exitCode = 1
