import { openapiDocument } from './documentation.ts'
import type { Evidence } from './schema/evidence.ts'

interface Operation { operationId: string, tags: [string], 'x-evidence': Evidence }

/** What stands behind each operation, as a Markdown table made of the OpenAPI document. */
export async function fidelityTable (): Promise<string> {
  const { paths } = JSON.parse(await openapiDocument('json')) as { paths: Record<string, Record<string, Operation>> }
  const rows = Object.entries(paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => row(method, path, operation)))
  return ['| operation | id | evidence | source | tested by |', '|---|---|---|---|---|', ...rows, ''].join('\n')
}

function row (method: string, path: string, { operationId, tags: [tag], 'x-evidence': { level, source } }: Operation): string {
  return `| \`${method.toUpperCase()} ${path}\` | \`${operationId}\` | ${level} | ${source} | [${tag}](test/resources/${tag}.test.ts) |`
}
