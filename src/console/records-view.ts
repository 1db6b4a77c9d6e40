import { Refusal, addressOf, ask, send, textOf } from './calls.ts'
import type { Health } from './calls.ts'
import {
  asJson, button, copyButton, field, form, input, link, make, problemsOf, report, say, select, table
} from './elements.ts'
import type { Child, Page } from './elements.ts'

type OvocRecord = Record<string, unknown>
interface Item { id: number, record: OvocRecord }
interface Reference { pointer: string, resource: string, id: number }
interface Relations { changed: boolean, refersTo: Reference[], referredBy: Reference[] }

const pageSize = 50
/** The most columns of a table, besides the id. */
const maxColumns = 5
/** The fields that are shown before others. */
const firstFields = ['name', 'fullName', 'status', 'type', 'productType', 'description']
/** The most references of a kind that are shown. */
const maxReferences = 100

/** Shows the records of the sandbox: `records/<resource>` lists them, `records/<resource>/<id>` shows one. */
export async function records (page: Page): Promise<Child[]> {
  const { further: [resource, id] } = page.place
  if (resource === undefined || id === undefined) return list(page, resource)
  return id === 'new' ? create(resource) : edit(page, resource, id)
}

async function list ({ place, signal, redraw }: Page, wanted?: string): Promise<Child[]> {
  const { counts } = await ask<Health>('health')
  const names = Object.keys(counts)
  const resource = wanted ?? names[0] as string
  const path = `records/${resource}`
  const query = Object.fromEntries(place.query)

  const picker = select(names.map(name => [name, `${name} (${counts[name]})`]), resource)
  picker.addEventListener('change', () => { location.hash = addressOf(`records/${picker.value}`) })
  const filter = input({
    type: 'search', placeholder: "(name='Brad984')", size: '28', 'aria-keyshortcuts': '/', value: query.filter ?? ''
  })
  const changed = input({ type: 'checkbox', ...query.changed === 'true' && { checked: '' } })
  const search = async () => {
    const address = addressOf(path, {
      ...filter.value !== '' && { filter: filter.value }, ...changed.checked && { changed: 'true' }
    })
    if (location.hash === address) redraw()
    else location.hash = address
  }
  changed.addEventListener('change', search)
  const searching = form([
    field('Resource', picker), field('Filter', filter), field('Changed only', changed),
    make('span', { class: 'actions' }, make('button', {}, 'Search'),
      link('Create', addressOf(`${path}/new`), { class: 'button' }))
  ], search)

  const area = make('div', {}, make('p', { class: 'empty' }, 'Searching…'))
  showPages(area, path, query, signal).catch(error => {
    area.replaceChildren()
    report(error)
  })
  return [make('h2', {}, 'Records'), searching, area]
}

/** Shows records page by page. It reads a long list only as far as the user asks. Meanwhile the response waits. */
async function showPages (
  area: HTMLElement, path: string, query: Record<string, string>, signal: AbortSignal
): Promise<void> {
  const [response, changes] = await Promise.all([
    send(`${path}?${new URLSearchParams(query)}`, { signal }), ask<{ records: Item[] }>(`${path}?changed=true`)
  ])
  const changed = new Set(changes.records.map(({ id }) => id))
  const found = itemsOf(response)
  const items: Item[] = []
  let isOver = false

  const show = async (first: number) => {
    // One more record shows whether there is a next page.
    while (items.length <= first + pageSize && !isOver) {
      const { value, done } = await found.next()
      if (done) isOver = true
      else items.push(value)
    }
    const shown = items.slice(first, first + pageSize)
    const fields = columnsOf(shown.map(({ record }) => record))
    const rows = shown.map(({ id, record }) => [
      link(String(id), addressOf(`${path}/${id}`)), ...fields.map(name => textIn(record[name])),
      changed.has(id) ? make('strong', { class: 'mark' }, 'changed') : ''
    ])
    const turnTo = (text: string, to: number) => {
      const isThere = to < first ? to >= 0 : to < items.length
      return button(text, () => show(to), isThere ? {} : { disabled: '' })
    }
    area.replaceChildren(
      table(['id', ...fields, ''], rows, 'No record fits.'),
      make('p', { class: 'actions' }, turnTo('Previous', first - pageSize), turnTo('Next', first + pageSize),
        rows.length === 0 ? '' : `${first + 1} to ${first + rows.length}`)
    )
  }
  await show(0)
}

/** Yields the objects in the list of a response. It reads the text only as far as they are asked for. */
async function * itemsOf (response: Response): AsyncGenerator<Item> {
  let text = ''
  let depth = 0
  let isInText = false
  for await (const part of textOf(response)) {
    let start = depth > 1 ? 0 : -1
    let index = text.length
    for (text += part; index < text.length; index++) {
      const sign = text[index]
      if (isInText) {
        if (sign === '\\') index++
        else if (sign === '"') isInText = false
      } else if (sign === '"') isInText = true
      else if (sign === '{' && ++depth === 2) start = index
      else if (sign === '}' && --depth === 1) {
        yield JSON.parse(text.slice(start, index + 1))
        start = -1
      }
    }
    text = start === -1 ? '' : text.slice(start)
  }
}

/** Returns the fields that hold texts, numbers or booleans. The most useful ones come first. */
function columnsOf (records: OvocRecord[]): string[] {
  const names = new Set(records.flatMap(record => Object.keys(record)))
  const isPlain = (name: string) => records.every(record => typeof record[name] !== 'object' || record[name] === null)
  const kept = [...names].filter(name => name !== 'id' && name !== 'url' && isPlain(name))
  const first = firstFields.filter(name => kept.includes(name))
  return [...first, ...kept.filter(name => !first.includes(name))].slice(0, maxColumns)
}

function textIn (value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

async function edit ({ redraw }: Page, resource: string, id: string): Promise<Child[]> {
  const path = `records/${resource}/${id}`
  const [record, { changed, refersTo, referredBy }] = await Promise.all([
    ask<OvocRecord>(path), ask<Relations>(`${path}/relations`)
  ])
  const { editor, problems, value } = editorOf(asJson(record))

  const act = (text: string, send: () => Promise<unknown>, attributes = {}) => button(text, async () => {
    problems.show([])
    try {
      await send()
    } catch (error) {
      problems.show(problemsOf(error as Error))
      // Offer to change the records that refer to it too.
      if (error instanceof Refusal && error.status === 409 && text === 'Delete') problems.add(cascading)
    }
  }, attributes)
  const done = (text: string) => {
    say(text, { isKept: true })
    redraw()
  }
  const remove = async (query = '') => {
    await send(`${path}${query}`, { method: 'DELETE' })
    const undo = button('Undo', async () => {
      await send(`${path}/revert`, { method: 'POST' })
      say('', { isKept: true })
      location.hash = addressOf(path)
    })
    const what = `${resource}/${id} is deleted${query === '' ? '' : ', and what needed it'}.`
    say(make('span', {}, what, ...query === '' ? [undo] : []), { isKept: true })
    location.hash = addressOf(`records/${resource}`)
  }
  const cascading = act('Delete it and what needs it', () => remove('?cascade=true'))
  const save = async () => {
    await send(path, { method: 'PUT', body: value() })
    done('Saved.')
  }
  const revert = async () => {
    await send(`${path}/revert`, { method: 'POST' })
    done('The record is as it was.')
  }
  return [
    make('p', {}, link(`← ${resource}`, addressOf(`records/${resource}`))),
    make('h2', {}, `${resource}/${id} `, changed ? make('strong', { class: 'mark' }, 'changed') : ''),
    editor,
    make('p', { class: 'actions' }, act('Save', save), ...changed ? [act('Revert', revert)] : [],
      act('Delete', () => remove()), copyButton('Copy', () => asJson(record))),
    problems.element,
    make('div', { class: 'columns' },
      references('Refers to', refersTo), references('Referred to by', referredBy))
  ]
}

async function create (resource: string): Promise<Child[]> {
  const { editor, problems, value } = editorOf('{}')
  const save = button('Create', async () => {
    problems.show([])
    try {
      const response = await send(`records/${resource}`, { method: 'POST', body: value() })
      say('Created.', { isKept: true })
      location.hash = addressOf(`records/${resource}/${response.headers.get('location')?.split('/').at(-1)}`)
    } catch (error) {
      problems.show(problemsOf(error as Error))
    }
  })
  return [
    make('p', {}, link(`← ${resource}`, addressOf(`records/${resource}`))),
    make('h2', {}, `A new record in ${resource}`), make('p', {}, 'What it must have and you leave out is generated.'),
    editor, make('p', { class: 'actions' }, save), problems.element
  ]
}

/** Returns a field for JSON, with its problems below it. Each problem leads to its place in the text. */
function editorOf (text: string) {
  const area = make('textarea', {
    rows: String(Math.min(30, text.split('\n').length + 2)), spellcheck: 'false', 'aria-label': 'The record as JSON'
  })
  area.value = text
  const element = make('ul', { class: 'problems', role: 'alert' })
  const itemOf = (problem: string) => {
    const [, resource, id, rest] = /^(\w+)\/(\d+) (.*)/s.exec(problem) ?? []
    if (resource !== undefined) {
      return make('li', {}, link(`${resource}/${id}`, addressOf(`records/${resource}/${id}`)), ` ${rest}`)
    }
    const [, pointer = '', text = ''] = /^(\/\S*) (.*)/s.exec(problem) ?? []
    if (pointer === '') return make('li', {}, problem)
    const [from, to] = placeIn(area.value, pointer) ?? []
    if (from === undefined || to === undefined) return make('li', {}, make('code', {}, pointer), ` ${text}`)
    return make('li', {}, button(pointer, () => {
      area.focus()
      area.setSelectionRange(from, to)
      const line = area.value.slice(0, from).split('\n').length
      area.scrollTop = (line - 3) * area.scrollHeight / area.value.split('\n').length
    }, { class: 'pointer' }), ` ${text}`)
  }
  const problems = {
    element,
    show: (list: readonly string[]) => element.replaceChildren(...list.map(itemOf)),
    add: (child: Child) => element.append(make('li', {}, child))
  }
  return { editor: area, problems, value: (): unknown => JSON.parse(area.value) }
}

/** Returns the position of the key or item that a JSON pointer names. The text need not be valid JSON. */
function placeIn (text: string, pointer: string): [from: number, to: number] | undefined {
  const wanted = pointer.split('/').slice(1).map(name => name.replaceAll('~1', '/').replaceAll('~0', '~')).join('\n')
  const around: Array<{ key: string | undefined, item: number }> = []
  const isHere = () => around.map(({ key, item }) => key ?? item).join('\n') === wanted
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const place: [number, number] = [index, index + token.length]
    const last = around.at(-1)
    if (token === '}' || token === ']') around.pop()
    else if (token === ',' && last !== undefined) {
      last.key = undefined
      last.item++
    } else if (token !== ',' && token !== ':') {
      // In an object, the first text after a comma is a key. Elsewhere it is a value.
      const isKey = last?.item !== undefined && last.item < 0 && last.key === undefined && token.startsWith('"')
      if (isKey) last.key = token.slice(1, -1)
      if ((isKey || (last !== undefined && last.item >= 0)) && isHere()) return place
      if (token === '{') around.push({ key: undefined, item: -Infinity })
      if (token === '[') around.push({ key: undefined, item: 0 })
    }
  }
  return undefined
}

function references (title: string, list: Reference[]): HTMLElement {
  const items = list.slice(0, maxReferences).map(({ pointer, resource, id }) => make('li', {},
    link(`${resource}/${id}`, addressOf(`records/${resource}/${id}`)), ' ', make('code', {}, pointer)))
  if (list.length > maxReferences) items.push(make('li', {}, `and ${list.length - maxReferences} more`))
  return make('section', {}, make('h3', {}, title),
    items.length === 0 ? make('p', { class: 'empty' }, 'None.') : make('ul', {}, ...items))
}
