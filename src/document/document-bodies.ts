import type { OpenAPIV3_1 as OpenApi } from 'openapi-types'

/** An operation of a document that @fastify/swagger makes, with the mark that `markBody` leaves on it. */
export type Operation = OpenApi.OperationObject & { 'x-optional-body'?: boolean }

interface Marked { 'x-optional'?: boolean }

/** Names components as their schemas are. */
export const refResolver = { buildLocalReference: (json: { $id?: unknown }) => json.$id as string }

/** Marks the operations whose body may be left out. */
export function markBody<Schema extends { body?: unknown }> ({ schema, url }: { schema: Schema, url: string }) {
  return { url, schema: (schema?.body as Marked | undefined)?.['x-optional'] ? { ...schema, 'x-optional-body': true } : schema }
}

/** Every operation of a document. */
export function operationsOf (document: OpenApi.Document): Operation[] {
  return Object.values(document.paths as object).flatMap(path => Object.values<Operation>(path))
}

/** Says of an operation's body whether it may be left out, and shows an example. */
export function finishBody (operation: Operation, document: OpenApi.Document): void {
  if (operation.requestBody === undefined) return
  const body = operation.requestBody as OpenApi.RequestBodyObject
  // @fastify/swagger calls every body required; the mark that `transform` left says otherwise.
  if (operation['x-optional-body']) body.required = false
  delete operation['x-optional-body']
  showFirstExample(body, document)
}

// Many tools look for an example beside the schema only, and make one up where there is none.
function showFirstExample ({ content }: OpenApi.RequestBodyObject, { components }: OpenApi.Document): void {
  const media = content['application/json'] as { schema: { $ref: string }, example?: unknown }
  const schema = components?.schemas?.[media.schema.$ref.split('/').at(-1) as string] as { examples?: unknown[] }
  if (schema.examples !== undefined) media.example = schema.examples[0]
}
