import { addressOf, readPlace } from './calls.ts'
import { button, find, input, link, make, report, say } from './elements.ts'
import type { View } from './elements.ts'
import { overview } from './overview-view.ts'
import { records } from './records-view.ts'
import { requests } from './requests-view.ts'
import { rules } from './rules-view.ts'
import { sandboxes } from './sandboxes-view.ts'
import { state } from './state-view.ts'

const views: Record<string, View> = { overview, requests, records, rules, state, sandboxes }
const names = Object.keys(views)
const main = find('main')

/** Ends the work of the view that is shown. */
let shown = new AbortController()

addEventListener('hashchange', show)
addEventListener('token', askForToken)
addEventListener('keydown', useShortcut)
show()

/** Shows the view that the address names. */
function show (): void {
  shown.abort()
  shown = new AbortController()
  const { signal } = shown
  const read = readPlace()
  const place = { ...read, view: names.includes(read.view) ? read.view : 'overview' }

  const message = find('#message')
  if (!message.hasAttribute('data-kept')) say('')
  message.removeAttribute('data-kept')
  const sandbox = place.sandbox === '' ? 'default' : place.sandbox
  document.title = `${place.view} · ${sandbox} · ovoc-mock`
  find('nav').replaceChildren(...names.map((name, index) => make('a', {
    href: addressOf(name), 'aria-keyshortcuts': String(index + 1), ...name === place.view && { 'aria-current': 'page' }
  }, name, make('kbd', { 'aria-hidden': 'true' }, String(index + 1)))))
  find('#sandbox').replaceChildren('Sandbox: ', link(sandbox, addressOf('sandboxes')))

  // Only a slow view shows that it is loading.
  const slow = setTimeout(() => main.replaceChildren(make('p', { class: 'empty' }, 'Loading…')), 300)
  signal.addEventListener('abort', () => clearTimeout(slow))
  const view = views[place.view] as View
  view({ place, signal, redraw: show }).then(children => {
    clearTimeout(slow)
    if (!signal.aborted) main.replaceChildren(...children)
  }, error => {
    clearTimeout(slow)
    if (signal.aborted) return
    main.replaceChildren(button('Try again', show))
    report(error)
  })
}

function askForToken (): void {
  shown.abort()
  const token = input({ type: 'password', id: 'token' })
  const form = make('form', {}, make('h2', {}, make('label', { for: 'token' }, 'Admin token')), token,
    make('button', {}, 'Open'))
  form.addEventListener('submit', event => {
    event.preventDefault()
    sessionStorage.setItem('admin-token', token.value)
    show()
  })
  main.replaceChildren(form)
  token.focus()
}

/** A digit shows a view and a slash leads to the search, unless a text field has the focus. Escape leaves the field. */
function useShortcut (event: KeyboardEvent): void {
  const { key, ctrlKey, altKey, metaKey } = event
  const target = event.target as HTMLElement
  if (ctrlKey || altKey || metaKey) return
  if (/^(?:input|textarea|select)$/i.test(target.tagName)) {
    if (key === 'Escape') target.blur()
    return
  }
  const view = names[Number(key) - 1]
  const search = document.querySelector<HTMLElement>('[type=search]')
  if (view !== undefined) location.hash = addressOf(view)
  else if (key === '/' && search !== null) {
    event.preventDefault()
    search.focus()
  }
}
