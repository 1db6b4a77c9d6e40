import { addressOf, ask, repeat, send } from './calls.ts'
import type { SandboxFacts } from './calls.ts'
import { button, duration, field, form, input, link, make, report, table } from './elements.ts'
import type { Child, Page } from './elements.ts'

/** Shows every open sandbox. Users open another one here. */
export async function sandboxes ({ signal }: Page): Promise<Child[]> {
  const list = make('div')
  const update = async () => {
    const { sandboxes } = await ask<{ sandboxes: SandboxFacts[] }>('sandboxes')
    const focused = document.activeElement?.getAttribute('data-key')
    list.replaceChildren(table(['Name', 'Age', 'Idle', 'Requests', 'Changes', ''], sandboxes.map(facts => {
      const { name, ageSeconds, idleSeconds, requests, changes } = facts
      const drop = async () => {
        await send(`sandboxes/${name}`, { method: 'DELETE' })
        await update()
      }
      return [
        link(name, addressOf('requests', {}, name === 'default' ? '' : name), { 'data-key': `open ${name}` }),
        duration(ageSeconds), duration(idleSeconds), String(requests), String(changes),
        name === 'default' ? '' : button('Drop', drop, { 'data-key': `drop ${name}`, 'aria-label': `Drop ${name}` })
      ]
    })))
    // The table is new, so the focus must be set again.
    if (focused != null) list.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus()
  }
  await update()
  repeat(signal, () => update().catch(report), 2000)

  const name = input({ placeholder: 'test-17', pattern: '[A-Za-z0-9_\\-]{1,64}' })
  const hint = 'Letters, digits, hyphens and underscores. Without a name it gets one.'
  const opening = form([field('Name', name, hint), make('button', {}, 'Open')], async () => {
    await ask('sandboxes', { method: 'POST', body: name.value === '' ? {} : { name: name.value } })
    name.value = ''
    await update()
  })
  return [make('h2', {}, 'Sandboxes'), list, make('h2', {}, 'Open a sandbox'), opening]
}
