// Writes what the command prints into the README, between <!-- name --> and <!-- /name -->.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const print = (...args) => execFileSync(process.execPath, ['dist/cli.js', ...args], { encoding: 'utf8' })
const parts = { fidelity: `\n${print('fidelity')}\n`, help: `\n\`\`\`text\n${print('--help')}\`\`\`\n\n` }

let readme = readFileSync('README.md', 'utf8')
for (const [name, text] of Object.entries(parts)) {
  const part = new RegExp(`(<!-- ${name} -->\\n).*(<!-- /${name} -->)`, 's')
  if (!part.test(readme)) throw new Error(`README.md has no part ${name}`)
  readme = readme.replace(part, (_, open, close) => `${open}${text}${close}`)
}
writeFileSync('README.md', readme)
