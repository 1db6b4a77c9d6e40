import { errorAnswers } from '../../protocol/error-responses.ts'
import { listQuery, listShape } from '../../protocol/list-query.ts'
import { IdParams, NoQuery, deletedAnswer, found, listAnswer, named } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { sendCollection } from '../../protocol/send-list.ts'
import { observed, listItemOf } from '../../schema/primitives.ts'
import { files } from './generate.ts'
import { SoftwareFileSchema } from './schema.ts'

const FileItem = listItemOf(SoftwareFileSchema)
const shape = listShape(SoftwareFileSchema, ['id', 'name', 'description'])

/** Schemas of the operations on the files of the software manager. */
const fileOperations = named({
  listFiles: {
    tags: ['files'],
    summary: 'List software files',
    'x-evidence': observed('a program in use looks a file up by name, with detail=1'),
    querystring: listQuery(shape),
    response: { ...listAnswer('files', FileItem), ...errorAnswers(400, 401) }
  },
  deleteFile: {
    tags: ['files'],
    summary: 'Delete a software file',
    'x-evidence': observed('a program in use deletes a file by the id from the list'),
    params: IdParams,
    querystring: NoQuery,
    response: { ...deletedAnswer, ...errorAnswers(400, 401, 403, 404) }
  }
})

/** The operations on the files of the software manager. */
function fileRoutes (app: OvocApp): void {
  app.addSchema(FileItem)

  app.get('/swManager/files', { schema: fileOperations.listFiles }, ({ sandbox }, reply) =>
    sendCollection(reply, 'files', sandbox.collection(files), shape))

  app.delete('/swManager/files/:id', { schema: fileOperations.deleteFile }, ({ sandbox, params }) => {
    found(sandbox.collection(files).get(params.id), 'file', params.id)
    sandbox.collection(files).delete(params.id)
    return {}
  })
}

export const fileApi = {
  path: '/swManager/files',
  description: 'Files of the software manager',
  resource: files,
  operations: fileOperations,
  addRoutes: fileRoutes
}
