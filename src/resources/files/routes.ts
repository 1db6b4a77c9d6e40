import { errorResponses } from '../../protocol/error-responses.ts'
import { listQuery, listShape } from '../../protocol/list-query.ts'
import { byId, deletedResponse, listResponses, operationsOn, recordOf } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { sendList } from '../../protocol/send-list.ts'
import { observed, listItemOf } from '../../schema/primitives.ts'
import { files } from './generate.ts'
import { SoftwareFileSchema } from './schema.ts'

const FileItem = listItemOf(SoftwareFileSchema)
const shape = listShape(SoftwareFileSchema, ['id', 'name', 'description'])

const operations = operationsOn('files', {
  listFiles: {
    summary: 'List software files',
    'x-evidence': observed('a program in use looks a file up by name, with detail=1'),
    querystring: listQuery(shape),
    response: listResponses('files', FileItem)
  },
  deleteFile: {
    summary: 'Delete a software file',
    'x-evidence': observed('a program in use deletes a file by the id from the list'),
    ...byId,
    response: { ...deletedResponse, ...errorResponses(400, 401, 403, 404, 507) }
  }
})

export const fileApi = {
  description: 'Files of the software manager',
  resource: files,
  operations,
  addRoutes (app: OvocApp): void {
    app.addSchema(FileItem)

    app.get('/swManager/files', { schema: operations.listFiles }, (_, reply) => sendList(reply, files, shape))

    app.delete('/swManager/files/:id', { schema: operations.deleteFile }, request => {
      recordOf(request, files)
      request.sandbox.collection(files).delete(request.params.id)
      return {}
    })
  }
}
