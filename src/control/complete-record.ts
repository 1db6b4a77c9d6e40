import { referencesOf } from '../dataset/relations.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { isPlainObject } from '../schema/plain-object.ts'
import { formatDateTime } from '../schema/primitives.ts'
import { sharedSchemas } from '../schema/statuses.ts'

type Fields = Record<string, unknown>

/** A record under an id with the given fields; what its schema requires besides is drawn by the generator, and dated by the sandbox's clock. */
export function completeRecord (sandbox: Sandbox, resource: Resource, id: number, given: object): OvocRecord {
  const draft = sandbox.dataset.draft(resource, id)
  // A draft refers to another record only if it must, as a call to its device. Any record that exists will do.
  for (const { relation: { field, to }, id: drawn } of referencesOf(resource, draft)) {
    const [first = drawn] = sandbox.named(to).ids()
    Object.assign(draft, { [field]: first })
  }
  for (const name of dates) if (name in draft) Object.assign(draft, { [name]: formatDateTime(sandbox.clock.now()) })
  return complete(given as Fields, draft as Fields, resource.schema as unknown as Shape)
}

// When a record came to be, and was last changed.
const dates = ['definedAt', 'lastChanged']

interface Shape { $ref?: string, required?: string[], properties: Record<string, Shape> }

function complete (given: Fields, draft: Fields, shape: Shape): Fields {
  const { required = [], properties } = resolve(shape)
  const needed = required.map(name => [name, Object.hasOwn(given, name) ? completeField(given[name], draft[name], properties[name] as Shape) : draft[name]])
  const others = Object.entries(given).filter(([name]) => !required.includes(name))
  return Object.fromEntries([...needed, ...others])
}

function completeField (given: unknown, draft: unknown, shape: Shape): unknown {
  return isPlainObject(given) && isPlainObject(draft) ? complete(given, draft, shape) : given
}

function resolve (shape: Shape): Shape {
  return shape.$ref === undefined ? shape : sharedSchemas.find(({ $id }) => `${$id}#` === shape.$ref) as unknown as Shape
}
