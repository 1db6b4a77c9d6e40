import type { Place } from './calls.ts'
import { Refusal } from './calls.ts'

export type Child = string | Node
type Attributes = Record<string, string>

/** What a view gets: what the address says, until when it is shown, and how to show it anew. */
export interface Page { place: Place, signal: AbortSignal, redraw (): void }

/** A part of the page: what it shows. */
export type View = (page: Page) => Promise<Child[]>

/** An element; what it holds is text or other elements, never markup. */
export function make<Name extends keyof HTMLElementTagNameMap> (
  name: Name, attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

/** The only element that a selector finds in the page as it is served. */
export function find (selector: string): HTMLElement {
  return document.querySelector(selector) as HTMLElement
}

/** Says something under the head of the page. With `isKept` it is still there after the next change of the address. */
export function say (text: Child, { isKept = false, isBad = false } = {}): void {
  const message = find('#message')
  message.replaceChildren(text)
  message.classList.toggle('bad', isBad)
  message.toggleAttribute('data-kept', isKept)
}

/** Says why something failed. A wrong token is asked for again. */
export function report (error: Error): void {
  if (error.name === 'AbortError') return
  say(error.message, { isBad: true })
  if (error instanceof Refusal && error.status === 401) dispatchEvent(new Event('token'))
}

export function button (text: string, act: () => unknown, attributes: Attributes = {}): HTMLButtonElement {
  const element = make('button', { type: 'button', ...attributes }, text)
  element.addEventListener('click', async () => {
    try {
      await act()
    } catch (error) {
      report(error as Error)
    }
  })
  return element
}

/** A button that copies what a function makes, and says so. Over plain HTTP from afar, browsers have no clipboard. */
export function copyButton (text: string, makeText: () => string, note = 'Copied.'): HTMLButtonElement {
  return button(text, async () => {
    if (!isSecureContext) return say(make('pre', {}, makeText()))
    await navigator.clipboard.writeText(makeText())
    say(note)
  })
}

export function link (text: Child, href: string, attributes: Attributes = {}): HTMLAnchorElement {
  return make('a', { href, ...attributes }, text)
}

/** A table; wide ones scroll in themselves. An empty name is a column of buttons. */
export function table (names: string[], rows: Child[][], empty: Child = 'None.'): HTMLElement {
  if (rows.length === 0) return make('p', { class: 'empty' }, empty)
  const head = make('tr', {}, ...names.map(name => name === '' ? make('td') : make('th', { scope: 'col' }, name)))
  const lines = rows.map(cells => make('tr', {}, ...cells.map(cell => make('td', {}, cell))))
  return scrolling(make('table', {}, make('thead', {}, head), make('tbody', {}, ...lines)))
}

export function scrolling (child: HTMLTableElement): HTMLElement {
  return make('div', { class: 'scrolling', tabindex: '0', role: 'group', 'aria-label': 'Table' }, child)
}

let fields = 0

/** A field of a form under its name, perhaps with a hint. */
export function field (name: string, input: HTMLElement, hint = ''): HTMLElement {
  input.id = `field-${++fields}`
  const label = make('label', { for: input.id }, name)
  if (hint === '') return make('div', {}, label, input)
  const id = `${input.id}-hint`
  input.setAttribute('aria-describedby', id)
  return make('div', {}, label, input, make('small', { id }, hint))
}

export function input (attributes: Attributes = {}): HTMLInputElement {
  return make('input', { autocomplete: 'off', spellcheck: 'false', ...attributes })
}

export function select (
  options: ReadonlyArray<readonly [value: string, text: string]>, value = options[0]?.[0] ?? ''
): HTMLSelectElement {
  const element = make('select', {}, ...options.map(([value, text]) => make('option', { value }, text)))
  element.value = value
  return element
}

/** A form; what fails in it is said below it, problem by problem. */
export function form (children: Child[], act: () => Promise<unknown>): HTMLFormElement {
  const problems = make('ul', { class: 'problems', role: 'alert' })
  const element = make('form', { class: 'fields' }, ...children, problems)
  element.addEventListener('submit', async event => {
    event.preventDefault()
    try {
      problems.replaceChildren()
      await act()
    } catch (error) {
      problems.replaceChildren(...problemsOf(error as Error).map(problem => make('li', {}, problem)))
    }
  })
  return element
}

export function problemsOf (error: Error): readonly string[] {
  return error instanceof Refusal && error.problems.length > 0 ? error.problems : [error.message]
}

export function asJson (value: unknown): string {
  return JSON.stringify(value, null, 2)
}

/** A span of time, roughly. */
export function duration (seconds: number): string {
  const units = [[86_400, 'd'], [3600, 'h'], [60, 'min']] as const
  const [size, name] = units.find(([size]) => seconds >= 2 * size) ?? [1, 's']
  return `${Math.floor(seconds / size)} ${name}`
}
