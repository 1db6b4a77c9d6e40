import { openapiDocument } from '../document/documentation-routes.ts'
import { entraOperations } from '../entra/entra-routes.ts'
import { notSimulated } from '../resources/index.ts'
import type { Evidence } from '../schema/primitives.ts'

interface Operation { operationId: string, tags: string[], 'x-evidence': Evidence }

/**
 * Returns a Markdown table with the evidence for each operation of OVOC and Entra ID, and with what is not simulated.
 */
export async function fidelityTable (): Promise<string> {
  const { paths } = JSON.parse(await openapiDocument('json')) as { paths: Record<string, Record<string, Operation>> }
  const rows = ['| operation | id | evidence | source | tested by |', '|---|---|---|---|---|']
  const addRow = (operation: string, id: string, level: string, source: string, test: string) => {
    rows.push(`| \`${operation}\` | ${id} | ${level} | ${source} | [${test.split('/').at(-1)}](test/${test}.test.ts) |`)
  }

  for (const [path, item] of Object.entries(paths)) {
    for (const [method, { operationId, tags: [tag], 'x-evidence': { level, source } }] of Object.entries(item)) {
      addRow(`${method.toUpperCase()} ${path}`, `\`${operationId}\``, level, source, `resources/${tag}`)
    }
  }
  for (const [path, name] of notSimulated) {
    const source = `an OVOC is known to have ${name}, but not their shape`
    addRow(`any ${path}`, '', 'not simulated', source, 'resources/not-simulated')
  }
  for (const { method, path, evidence, test } of entraOperations) {
    addRow(`${method} ${path}`, '', evidence.level, evidence.source, test)
  }
  return [...rows, ''].join('\n')
}
