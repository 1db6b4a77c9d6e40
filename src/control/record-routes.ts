import * as Type from 'typebox'
import type { TSchema } from 'typebox'
import { pointerOf, referencesOf } from '../dataset/relations.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { nextTurn } from '../node.ts'
import { writtenPath } from '../protocol/base-paths.ts'
import { filterParameter, fits, listShape, readSelection } from '../protocol/list-query.ts'
import { doneResponse, jsonResponse } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { problemResponses } from '../protocol/problem.ts'
import { Refusal, refuseProblems } from '../protocol/refusal.ts'
import { selectIds, sendLists } from '../protocol/send-list.ts'
import { resources } from '../resources/index.ts'
import { runNow } from '../sandbox/clock.ts'
import { cascade, change, problemsOf, referencesTo, worldAfter } from '../sandbox/change.ts'
import type { Change, Problems } from '../sandbox/change.ts'
import type { Collection } from '../sandbox/collection.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { mergeByKey } from '../sandbox/update-record.ts'
import { shorten, suggest } from '../schema/describe-problems.ts'
import { isPlainObject } from '../schema/parse-json.ts'
import { Count, Id, formatDateTime, ref, strictObject } from '../schema/primitives.ts'
import { quote } from '../schema/quote.ts'
import { sharedSchemas } from '../schema/statuses.ts'

const RecordSchema = Type.Object({}, {
  $id: 'Record',
  additionalProperties: true,
  description: "A record in the form that OVOC's own document describes for its resource"
})
const RecordFieldsSchema = Type.Object({}, {
  $id: 'RecordFields',
  additionalProperties: true,
  description: 'Fields of a record',
  examples: [{ status: 'WARNING' }]
})
const KeptId = {
  ...Id,
  description: 'The id of the record. Records without their own id have a number instead'
}
const RecordListSchema: TSchema & { $id?: string } = strictObject(
  { records: Type.Array(strictObject({ id: KeptId, record: ref(RecordSchema) })) },
  { $id: 'RecordList' }
)
const RecordQuery = strictObject({
  filter: filterParameter,
  changed: Type.Optional(Type.Boolean({ description: 'List only the records that differ from the dataset' }))
})
const RelationsSchema = strictObject({
  changed: Type.Boolean({ description: 'Whether the record differs from the dataset' }),
  refersTo: Type.Array(strictObject({
    pointer: Type.String({ description: 'Where the id stands in this record' }),
    resource: Type.String(),
    id: Id
  })),
  referredBy: Type.Array(strictObject({
    resource: Type.String(),
    id: KeptId,
    pointer: Type.String({ description: 'Where the id of this record stands in the other one' })
  }))
}, { $id: 'RecordRelations', description: 'The relations of a record to others' })

/** Returns the fields of an object that has a list for each resource. */
export const byResource = <Item extends TSchema>(item: Item) =>
  Object.fromEntries(resources.map(({ name }) => [name, Type.Optional(Type.Array(item))]))

/** Whole records by resource. */
export const recordLists = byResource(ref(RecordSchema))
const RecordBatchSchema = strictObject({
  ...recordLists,
  delete: Type.Optional(strictObject(byResource(Id), { description: 'Ids of records to delete, by resource' }))
}, {
  $id: 'RecordBatch',
  description: 'Whole records by resource, and ids to delete. Records of a resource without ids are always added'
})
const RecordCountSchema = strictObject(
  { records: { ...Count, description: 'How many records were put or deleted' } },
  { $id: 'RecordCount' }
)
const CascadeQuery = strictObject({
  cascade: Type.Optional(Type.Boolean({
    description: 'Also remove references to the deleted records, and delete records that need them'
  }))
})

/** How many records of a resource can be deleted together, and how many one call can change. So no call takes long. */
const maxDeleted = 1000
const maxChanged = 2000

const ResourceParams = strictObject({
  resource: Type.String({ description: 'The name of a resource, for example customers' })
})
const RecordParams = strictObject({ ...ResourceParams.properties, id: KeptId })
const schemas = [
  RecordSchema, RecordFieldsSchema, RecordListSchema, RelationsSchema, RecordBatchSchema, RecordCountSchema
]

/**
 * @param lists lists by resource.
 * @throws {Refusal} 400 if they have more items together than one call can change.
 */
export function refuseTooMany (where: string, what: string, ...lists: ReadonlyArray<object | undefined>): void {
  const all = lists.flatMap(byResource => Object.values(byResource ?? {}) as unknown[][])
  const count = all.reduce((sum, { length }) => sum + length, 0)
  if (count > maxChanged) refuseProblems([`${where} must have at most ${maxChanged} ${what}, got ${count}`])
}

/** Returns the changes that put whole records into a sandbox, by resource. Records without an id are added. */
export function changesTo (sandbox: Sandbox, lists: object): Change[] {
  return Object.entries(lists as Record<string, object[]>).flatMap(([resourceName, records]) => {
    const { resource } = sandbox.named(resourceName)
    const free = sandbox.freeId(resource)
    return records.map((record, index) => {
      return { resource, id: resource.idOf(record, free + index), record, place: `/${resourceName}/${index}` }
    })
  })
}

/** Adds the routes that read and change records without OVOC's own rules. Schemas and relations still hold. */
export function recordRoutes (app: OvocApp): void {
  for (const schema of schemas) app.addSchema(schema)

  app.put('/records', {
    schema: {
      operationId: 'putRecords',
      summary: 'Create, replace and delete many records, checked together: all or none',
      body: ref(RecordBatchSchema),
      response: {
        200: jsonResponse(RecordCountSchema, 'All of them were put or deleted'),
        ...problemResponses(409, 507)
      }
    }
  }, async ({ sandbox, body: { delete: deleted, ...given } }) => {
    refuseTooMany('the body', 'records and ids to delete', given, deleted)
    const records = await applyInTurns(sandbox, function * (sandbox) {
      yield
      const changes = changesTo(sandbox, given)
      const absent: string[] = []
      for (const [resourceName, ids] of Object.entries((deleted ?? {}) as Record<string, number[]>)) {
        const { resource } = sandbox.named(resourceName)
        for (const [index, id] of ids.entries()) {
          const place = `/delete/${resourceName}/${index}`
          const isThere = sandbox.find(resourceName, id) !== undefined
          if (!isThere) absent.push(`${place} must be the id of a record in ${resourceName}, got ${id}`)
          changes.push({ resource, id, record: undefined, place })
          yield
        }
      }
      refuseProblems(shorten(absent))
      return changes
    })
    return { records }
  })

  app.delete('/records', {
    schema: {
      operationId: 'clearRecords',
      summary: 'Delete every record of the sandbox; a reset brings them back',
      response: doneResponse
    }
  }, ({ sandbox }) => {
    app.sandboxes.replace(sandbox, sandbox.withDataset(sandbox.dataset.emptied()))
    return {}
  })

  app.get('/records/:resource', {
    schema: {
      operationId: 'listRecords',
      summary: 'List the records of a resource',
      params: ResourceParams,
      querystring: RecordQuery,
      response: { 200: jsonResponse(RecordListSchema, 'The records'), ...problemResponses(404) }
    }
  }, async ({ sandbox, params, query: { filter: given, changed }, url }, reply) => {
    const collection = collectionNamed(sandbox, params.resource)
    const query = given === undefined ? {} : { filter: given }
    const selection = readSelection({ url, query }, listShape(collection.resource.schema as object, []))
    const ids = changed ? collection.changed.keys() : await selectIds(reply, collection, selection)
    function * list () {
      for (const id of ids) {
        const record = collection.get(id)
        yield record !== undefined && fits(record, selection.filter) ? { id, record } : undefined
      }
    }
    return sendLists(reply, [['records', list()]])
  })

  app.post('/records/:resource', {
    schema: {
      operationId: 'createRecord',
      summary: 'Create a record; missing fields are generated',
      params: ResourceParams,
      body: ref(RecordFieldsSchema),
      response: {
        201: {
          ...jsonResponse(RecordSchema, 'The record'),
          headers: { Location: Type.String({ description: 'The address of the record, relative to the list' }) }
        },
        ...problemResponses(404, 409, 507)
      }
    }
  }, async ({ sandbox, params, body, originalUrl }, reply) => {
    const collection = collectionNamed(sandbox, params.resource)
    const { resource } = collection
    await sandbox.dataset.load()

    const free = sandbox.freeId(resource)
    const wanted = resource.idOf(body, free)
    const id = Number.isSafeInteger(wanted) && wanted > 0 ? wanted : free
    const path = `${resource.name}/${id}`
    if (collection.lists(id)) {
      throw new Refusal(409, `${path} is there already; PUT replaces it, PATCH changes some of its fields`)
    }

    // The generator makes missing required fields. A draft refers to another record only if it must, as a call refers
    // to its device. Take any record that exists.
    const draft = sandbox.dataset.draft(resource, id)
    for (const { relation: { field, to }, id: drawn } of referencesOf(resource, draft)) {
      const [first = drawn] = sandbox.named(to).ids()
      Object.assign(draft, { [field]: first })
    }
    // Set when the record was created and last changed.
    for (const name of ['definedAt', 'lastChanged']) {
      if (name in draft) Object.assign(draft, { [name]: formatDateTime(sandbox.clock.now()) })
    }

    const record = complete(body, draft, resource.schema as unknown as Shape) as OvocRecord
    apply(sandbox, [{ resource, id, record, place: '' }])
    // The location is relative, since a proxy may have removed a prefix.
    const location = writtenPath(originalUrl).endsWith('/') ? `./${id}` : path
    return reply.code(201).header('location', location).send(record)
  })

  app.delete('/records/:resource', {
    schema: {
      operationId: 'clearResource',
      summary: 'Delete every record of a resource',
      params: ResourceParams,
      querystring: CascadeQuery,
      response: { ...doneResponse, ...problemResponses(404, 409, 507) }
    }
  }, async ({ sandbox, params, query }) => {
    const collection = collectionNamed(sandbox, params.resource)
    const count = await collection.count()
    if (count > maxDeleted) {
      const advice = 'DELETE /__admin/records empties the whole sandbox'
      throw new Refusal(409, `at most ${maxDeleted} records can be deleted one by one, got ${count}; ${advice}`)
    }
    await remove(sandbox, collection.resource, present => [...present.ids()], query.cascade)
    return {}
  })

  app.get('/records/:resource/:id', {
    schema: {
      operationId: 'getRecord',
      summary: 'Get a record',
      params: RecordParams,
      response: { 200: jsonResponse(RecordSchema, 'The record'), ...problemResponses(404) }
    }
  }, ({ sandbox, params }) => recordIn(collectionNamed(sandbox, params.resource), params.id))

  app.get('/records/:resource/:id/relations', {
    schema: {
      operationId: 'getRecordRelations',
      summary: 'Show which records a record refers to, which refer to it, and whether it was changed',
      params: RecordParams,
      response: { 200: jsonResponse(RelationsSchema, 'The relations'), ...problemResponses(404) }
    }
  }, async ({ sandbox, params: { resource: resourceName, id } }, reply) => {
    const collection = collectionNamed(sandbox, resourceName)
    const { resource } = collection
    const record = recordIn(collection, id)
    const refersTo = Array.from(referencesOf(resource, record), reference => {
      return { pointer: pointerOf(reference), resource: reference.relation.to, id: reference.id }
    })
    // Very many records may refer to one.
    function * referredBy () {
      for (const found of referencesTo(worldAfter(sandbox, []), [{ resource, id, record, place: '' }])) {
        yield found && { resource: found.resource.name, id: found.id, pointer: pointerOf(found.reference) }
      }
    }
    const lists: Array<[string, Iterable<object | undefined>]> = [['refersTo', refersTo], ['referredBy', referredBy()]]
    return sendLists(reply, lists, undefined, { changed: collection.changed.has(id) })
  })

  app.post('/records/:resource/:id/revert', {
    schema: {
      operationId: 'revertRecord',
      summary: 'Bring a changed, created or deleted record back to its state in the dataset',
      params: RecordParams,
      response: { ...doneResponse, ...problemResponses(404, 409, 507) }
    }
  }, ({ sandbox, params: { resource: resourceName, id } }) => {
    const collection = collectionNamed(sandbox, resourceName)
    const { resource } = collection
    const record = sandbox.dataset.find(resource, id)
    if (record === undefined) recordIn(collection, id)
    if (!collection.changed.has(id)) return {}
    apply(sandbox, [{ resource, id, record, place: '' }])
    collection.revert(id)
    return {}
  })

  app.put('/records/:resource/:id', {
    schema: {
      operationId: 'putRecord',
      summary: 'Create or replace a record',
      params: RecordParams,
      body: ref(RecordSchema),
      response: {
        200: jsonResponse(RecordSchema, 'The record was replaced'),
        201: jsonResponse(RecordSchema, 'The record was created'),
        ...problemResponses(404, 409, 507)
      }
    }
  }, async ({ sandbox, params: { resource: resourceName, id }, body }, reply) => {
    const collection = collectionNamed(sandbox, resourceName)
    const status = collection.get(id) === undefined ? 201 : 200
    apply(sandbox, [{ resource: collection.resource, id, record: body, place: '' }])
    return reply.code(status).send(body)
  })

  app.patch('/records/:resource/:id', {
    schema: {
      operationId: 'patchRecord',
      summary: 'Change fields of a record; objects merge by key',
      params: RecordParams,
      body: ref(RecordFieldsSchema),
      response: { 200: jsonResponse(RecordSchema, 'The record after the change'), ...problemResponses(404, 409, 507) }
    }
  }, ({ sandbox, params: { resource: resourceName, id }, body }) => {
    const collection = collectionNamed(sandbox, resourceName)
    const record = mergeByKey(recordIn(collection, id), body)
    apply(sandbox, [{ resource: collection.resource, id, record, place: '' }])
    return record
  })

  app.delete('/records/:resource/:id', {
    schema: {
      operationId: 'deleteRecord',
      summary: 'Delete a record',
      params: RecordParams,
      querystring: CascadeQuery,
      response: { ...doneResponse, ...problemResponses(404, 409, 507) }
    }
  }, async ({ sandbox, params: { resource: resourceName, id }, query }) => {
    const collection = collectionNamed(sandbox, resourceName)
    await remove(sandbox, collection.resource, present => {
      recordIn(present, id)
      return [id]
    }, query.cascade)
    return {}
  })
}

/** @throws {Refusal} 404 with the closest name. */
function collectionNamed (sandbox: Sandbox, resourceName: string): Collection<OvocRecord> {
  const known = [...sandbox.dataset.resources.keys()]
  if (known.includes(resourceName)) return sandbox.named(resourceName)
  throw new Refusal(404, `there is no resource ${quote(resourceName)}${suggest(resourceName, known)}`)
}

/** @throws {Refusal} 404 that names the unknown record. */
function recordIn (collection: Collection<OvocRecord>, id: number): OvocRecord {
  const record = collection.get(id)
  if (record === undefined) throw new Refusal(404, `there is no record ${id} in ${collection.resource.name}`)
  return record
}

/** Deletes records. The ids are read anew at each try. */
async function remove (
  sandbox: Sandbox, resource: Resource, idsIn: (collection: Collection<OvocRecord>) => number[], isCascading = false
): Promise<void> {
  await applyInTurns(sandbox, function * (sandbox) {
    yield
    const deletions = idsIn(sandbox.collection(resource)).map(id => ({ resource, id, record: undefined, place: '' }))
    const changes = isCascading ? yield * cascade(sandbox, deletions, maxChanged) : deletions
    if (changes !== undefined) return changes
    const limit = `with cascade=true, at most ${maxChanged} records can be deleted or changed, got more`
    throw new Refusal(409, `${limit}; first delete some that refer to others, with PUT /__admin/records`)
  }, 'the query cascade=true changes what refers to it')
}

const usualAdvice = 'PUT /__admin/records changes records together'

/**
 * Makes changes to a sandbox, all or none.
 * @throws {Refusal} 400 that says what is wrong with the records, or 409 that says which relations would not hold.
 */
function apply (sandbox: Sandbox, changes: readonly Change[]): void {
  refuse(runNow(problemsOf(sandbox, changes)), usualAdvice)
  change(sandbox, changes)
}

/**
 * Makes many changes to a sandbox, all or none. Other requests get their turn meanwhile, but none sees some of the
 * changes without the others.
 * @param plan returns the changes. It is called again if another request changed the sandbox.
 * @param advice which request would work if relations prevent the changes.
 * @returns how many changes there are.
 * @throws {Refusal} as `apply`.
 */
export async function applyInTurns (
  sandbox: Sandbox, plan: (sandbox: Sandbox) => Generator<void, readonly Change[]>, advice = usualAdvice
): Promise<number> {
  let count = 0
  // Reading and validating a large body took a turn.
  await nextTurn()
  await sandbox.retryInTurns(function * (sandbox) {
    const changes = yield * plan(sandbox)
    return { changes, problems: yield * problemsOf(sandbox, changes) }
  }, (sandbox, { changes, problems }) => {
    refuse(problems, advice)
    change(sandbox, changes)
    count = changes.length
  })
  return count
}

function refuse ({ own, relations }: Problems, advice: string): void {
  if (own.length > 0) refuseProblems([...own, ...relations])
  if (relations.length === 0) return
  const description = `relations would not hold after this: ${relations.join('; ')}`
  throw new Refusal(409, `${description}; ${advice}`, { problems: relations })
}

interface Shape { $ref?: string, required?: string[], properties: Record<string, Shape> }

/** Returns a value with its missing required fields, at any depth, taken from a draft. */
function complete (given: unknown, draft: unknown, shape: Shape): unknown {
  if (!isPlainObject(given) || !isPlainObject(draft)) return given
  const shared = sharedSchemas.find(({ $id }) => `${$id}#` === shape.$ref) as unknown as Shape | undefined
  const { required = [], properties } = shared ?? shape
  const needed = required.map(name => {
    const isGiven = Object.hasOwn(given, name)
    return [name, isGiven ? complete(given[name], draft[name], properties[name] as Shape) : draft[name]]
  })
  const others = Object.entries(given).filter(([name]) => !required.includes(name))
  return Object.fromEntries([...needed, ...others])
}
