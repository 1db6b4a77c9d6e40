import { openapiDocument } from './documentation-routes.ts'
import { entraOperations } from '../entra/routes.ts'
import { notSimulated } from '../resources/index.ts'
import type { Evidence } from '../schema/evidence.ts'

interface Operation { operationId: string, tags: string[], 'x-evidence': Evidence }

/** What stands behind each operation of OVOC and of Entra ID, and what is not simulated, as a Markdown table. */
export async function fidelityTable (): Promise<string> {
  const { paths } = JSON.parse(await openapiDocument('json')) as { paths: Record<string, Record<string, Operation>> }
  const rows = Object.entries(paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ovocRow(method, path, operation)))
  const known = Array.from(notSimulated, ([path, name]) => row(`any ${path}`, '', 'not simulated', `an OVOC is known to have ${name}, but not their shape`, 'resources/not-simulated'))
  const entra = entraOperations.map(({ method, path, evidence, test }) => row(`${method} ${path}`, '', evidence.level, evidence.source, test))
  return ['| operation | id | evidence | source | tested by |', '|---|---|---|---|---|', ...rows, ...known, ...entra, ''].join('\n')
}

function ovocRow (method: string, path: string, { operationId, tags: [tag], 'x-evidence': { level, source } }: Operation): string {
  return row(`${method.toUpperCase()} ${path}`, `\`${operationId}\``, level, source, `resources/${tag}`)
}

function row (operation: string, id: string, level: string, source: string, test: string): string {
  return `| \`${operation}\` | ${id} | ${level} | ${source} | [${test.split('/').at(-1)}](test/${test}.test.ts) |`
}
