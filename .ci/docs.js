// Writes what the command prints into docs/, between <!-- name --> and <!-- /name -->.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const print = (...args) => execFileSync(process.execPath, ['dist/cli.js', ...args], { encoding: 'utf8' })

write('docs/operations.md', 'fidelity', `\n${print('fidelity').replaceAll('](test/', '](../test/')}\n`)
write('docs/options.md', 'help', `\n\`\`\`text\n${print('--help')}\`\`\`\n\n`)

function write (page, name, text) {
  const before = readFileSync(page, 'utf8')
  const part = new RegExp(`(<!-- ${name} -->\\n).*(<!-- /${name} -->)`, 's')
  if (!part.test(before)) throw new Error(`${page} has no part ${name}`)
  writeFileSync(page, before.replace(part, (_, open, close) => `${open}${text}${close}`))
}
