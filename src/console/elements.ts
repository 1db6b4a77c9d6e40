import type { Place } from './calls.ts'
import { Refusal } from './calls.ts'

export type Child = string | Node
type Attributes = Record<string, string>

/** What a view receives: the parts of the address, a signal that it is no longer shown, and a function to redraw it. */
export interface Page { place: Place, signal: AbortSignal, redraw (): void }

/** A part of the page. It returns what it shows. */
export type View = (page: Page) => Promise<Child[]>

/** Returns a new element. Its children are text or other elements, never markup. */
export function make<Name extends keyof HTMLElementTagNameMap> (
  name: Name, attributes: Attributes = {}, ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

/** Returns the only element of `index.html` that matches a selector. */
export function find (selector: string): HTMLElement {
  return document.querySelector(selector) as HTMLElement
}

/** Shows a message under the head of the page. With `isKept` it stays after the next change of the address. */
export function say (text: Child, { isKept = false, isBad = false } = {}): void {
  const message = find('#message')
  message.replaceChildren(text)
  message.classList.toggle('bad', isBad)
  message.toggleAttribute('data-kept', isKept)
}

/** Shows why something failed. If the token was wrong, it asks for the token again. */
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

/**
 * Returns a button that copies the text of a function and says so. Browsers have no clipboard for plain HTTP from
 * another machine. The text is then shown instead.
 */
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

/** Returns a table. A wide one scrolls on its own. A column with an empty name holds buttons. */
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

/** Returns a field of a form with its name, perhaps with a hint. */
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

/** Returns a form. If its action fails, each problem is listed below it. */
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

/** Returns a text for a rough span of time. */
export function duration (seconds: number): string {
  const units = [[86_400, 'd'], [3600, 'h'], [60, 'min']] as const
  const [size, name] = units.find(([size]) => seconds >= 2 * size) ?? [1, 's']
  return `${Math.floor(seconds / size)} ${name}`
}
