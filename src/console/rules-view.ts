import { ask, repeat, send } from './calls.ts'
import { button, field, form, input, make, report, select, table } from './elements.ts'
import type { Child, Page } from './elements.ts'

interface Rule { id: number, preset?: string, matched: number, fired: number }
interface Shape {
  description?: string
  enum?: string[]
  minimum?: number
  maximum?: number
  properties?: Record<string, Shape>
}
/** The parts of the OpenAPI documents that the view reads. */
interface ControlDocument { components: { schemas: { RuleCreation: { properties: Record<string, Shape> } } } }
interface OvocDocument { paths: Record<string, Record<string, { operationId?: string }>> }

/** Shows the rules of the sandbox with their counts. Users add presets and other rules here. */
export async function rules ({ signal, place: { query } }: Page): Promise<Child[]> {
  const list = make('div')
  const switches = new Map<string, HTMLButtonElement>()
  let listed = ''
  let active: Rule[] = []
  const update = async () => {
    const { rules } = await ask<{ rules: Rule[] }>('rules')
    active = rules
    for (const [name, element] of switches) {
      element.setAttribute('aria-pressed', String(rules.some(({ preset }) => preset === name)))
    }
    // If only counts change, the rows stay, so they keep the focus.
    const ids = JSON.stringify(rules.map(({ id }) => id))
    if (ids !== listed) {
      listed = ids
      const rows = rules.map(({ id, matched, fired, preset, ...rule }) => [
        String(id), make('code', {}, JSON.stringify(rule)), make('span', { 'data-count': '' }),
        make('span', { 'data-count': '' }),
        button('Delete', () => change(`rules/${id}`, 'DELETE'), { 'aria-label': `Delete rule ${id}` })
      ])
      list.replaceChildren(table(['Id', 'Rule', 'Matched', 'Fired', ''], rows))
    }
    const counts = rules.flatMap(({ matched, fired }) => [matched, fired])
    const places = list.querySelectorAll('[data-count]')
    for (const [index, count] of counts.entries()) (places[index] as Element).textContent = String(count)
  }
  const change = async (path: string, method: string, body?: unknown) => {
    await send(path, { method, body })
    await update()
  }
  const [{ components }, { paths }] = await Promise.all([
    ask<ControlDocument>('openapi.json'), ask<OvocDocument>('../openapi.json')
  ])
  const toggle = async (name: string) => {
    const on = active.filter(({ preset }) => preset === name)
    if (on.length === 0) return change('rules', 'POST', { preset: name })
    for (const { id } of on) await send(`rules/${id}`, { method: 'DELETE' })
    await update()
  }
  for (const name of components.schemas.RuleCreation.properties.preset?.enum ?? []) {
    switches.set(name, button(name, () => toggle(name)))
  }
  await update()
  repeat(signal, () => update().catch(report))

  // "Make this fail" passes the operation of a request, or its path if it has no operation.
  const wanted = query.get('operation') ?? query.get('path') ?? ''
  const shapes = components.schemas.RuleCreation.properties
  const operations = Object.values(paths).flatMap(methods => Object.values(methods))
    .flatMap(({ operationId }) => operationId ?? []).sort()
  return [
    make('h2', {}, 'Presets'),
    make('p', { class: 'actions' }, ...switches.values()),
    make('h2', {}, 'Rules'), list,
    make('p', { class: 'actions' }, button('Delete all', () => change('rules', 'DELETE'))),
    make('h2', {}, 'Add a rule'), ruleForm(shapes, operations, wanted, rule => change('rules', 'POST', rule))
  ]
}

/** Returns the form for a new rule. Names and bounds come from the document of the control API. */
function ruleForm (
  shapes: Record<string, Shape>, operations: string[], wanted: string, add: (rule: object) => Promise<void>
) {
  const number = ({ minimum, maximum }: Shape = {}, more = {}) => input({
    type: 'number',
    ...minimum !== undefined && { min: String(minimum) },
    ...maximum !== undefined && { max: String(maximum) },
    ...more
  })
  const paths = wanted.startsWith('/') ? [[wanted, wanted] as const] : []
  const targets = [['', 'any under /ovoc'] as const, ...paths, ...operations.map(name => [name, name] as const)]
  const target = select(targets, wanted)
  const status = number(shapes.status, { value: '503' })
  const body = make('textarea', { rows: '2', spellcheck: 'false' })
  const [from, to] = [number(shapes.delay), number(shapes.delay)]
  const kind = select((shapes.break?.enum ?? []).map(name => [name, name]))
  const limits = shapes.rateLimit?.properties ?? {}
  const [requests, seconds] = [number(limits.requests, { value: '10' }), number(limits.seconds, { value: '60' })]
  const [times, after] = [number(shapes.times), number(shapes.after)]
  const probability = number(shapes.probability, { step: 'any' })

  // The fields of each effect, and the part of a rule that they make. A delay can go with each effect.
  const effects: Record<string, { fields: HTMLElement[], make: () => object }> = {
    respond: {
      fields: [field('Status', status), field('Body', body, 'JSON, or text. None: OVOC’s own error.')],
      make: () => ({ ...given('status', status), ...body.value !== '' && { body: jsonOrText(body.value) } })
    },
    break: { fields: [field('How', kind, shapes.break?.description)], make: () => ({ break: kind.value }) },
    'rate limit': {
      fields: [field('Requests', requests), field('Seconds', seconds)],
      make: () => ({ rateLimit: { ...given('requests', requests), ...given('seconds', seconds) } })
    },
    'delay only': { fields: [], make: () => ({}) }
  }
  const effect = select(Object.keys(effects).map(name => [name, name]))
  const own = make('div', { class: 'fields' })
  const show = () => own.replaceChildren(...effects[effect.value]?.fields ?? [])
  effect.addEventListener('change', show)
  show()

  const element = form([
    field('Operation or path', target), field('Effect', effect), own,
    field('Delay, ms', from), field('to', to, 'At random between both.'),
    field('Times', times, 'Then it ends.'), field('After', after, 'Requests that pass first.'),
    field('Probability', probability, 'From 0 to 1.'),
    make('span', { class: 'actions' }, make('button', {}, 'Add'))
  ], async () => {
    const delay = to.value === '' ? given('delay', from) : { delay: { ...given('from', from), ...given('to', to) } }
    const { value } = target
    // A request may lack OVOC's base path. A rule for it must say so with *.
    const path = value === '' ? '/ovoc/*' : /^\/ovoc\/v\d/.test(value) ? value : `*${value}`
    await add({
      match: /^$|^\//.test(value) ? { path } : { operation: value },
      ...effects[effect.value]?.make(),
      ...delay,
      ...given('times', times),
      ...given('after', after),
      ...given('probability', probability)
    })
  })
  if (wanted !== '') requestAnimationFrame(() => target.focus())
  return element
}

/** Returns a field of a rule, or none if the input is empty. */
function given (name: string, { value, valueAsNumber }: HTMLInputElement): Record<string, number> {
  return value === '' ? {} : { [name]: valueAsNumber }
}

function jsonOrText (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
