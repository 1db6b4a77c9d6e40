import { ask, repeat, send } from './calls.ts'
import { button, field, form, input, make, report, say, select, table } from './elements.ts'
import type { Child, Page } from './elements.ts'

interface Clock { now: string, frozen: boolean }
interface Snapshot { name: string, changes: number, createdAt: string }

/** Shows the time of the sandbox, its snapshots, and a button to reset it. */
export async function state ({ signal }: Page): Promise<Child[]> {
  const [clock, snapshots] = [make('div'), make('div')]
  const [showClock, showSnapshots] = [clockIn(clock), snapshotsIn(snapshots)]
  await Promise.all([showClock(), showSnapshots()])
  repeat(signal, () => showClock().catch(report))

  const reset = async () => {
    await send('reset', { method: 'POST' })
    await Promise.all([showClock(), showSnapshots()])
    say('The sandbox is as it began. Its snapshots stay.')
  }
  return [
    clock, snapshots,
    make('h2', {}, 'Reset'), make('p', {}, 'Records, rules, clock and requests go back to how the sandbox began.'),
    button('Reset', reset)
  ]
}

function clockIn (place: HTMLElement): () => Promise<void> {
  const time = make('p', { class: 'time' })
  const freezing = button('', () => change({ frozen: freezing.textContent === 'Freeze' }))
  const instant = input({ placeholder: '2025-08-14T08:16:18.736Z', size: '26' })
  const amount = input({ type: 'number', value: '1', step: 'any' })
  const unit = select([['1', 'seconds'], ['60', 'minutes'], ['3600', 'hours'], ['86400', 'days']], '3600')

  const show = async () => {
    const { now, frozen } = await ask<Clock>('clock')
    time.textContent = `${now}${frozen ? ', frozen' : ''}`
    freezing.textContent = frozen ? 'Run' : 'Freeze'
    if (instant.value === '') instant.value = now
  }
  const change = async (body: { now?: string, advance?: number, frozen?: boolean }) => {
    await send('clock', { method: 'PUT', body })
    await show()
  }
  // The time of the browser counts as real time.
  const realTime = () => new Date(performance.timeOrigin + performance.now()).toISOString()
  place.append(
    make('h2', {}, 'Clock'), time, make('p', { class: 'actions' }, freezing,
      button('Back to real time', () => change({ now: realTime(), frozen: false }))),
    make('div', { class: 'columns' },
      form([field('Instant', instant), make('button', {}, 'Set')], () => change({ now: instant.value })),
      form([field('Amount', amount), field('Unit', unit), make('button', {}, 'Advance')],
        () => change({ advance: amount.valueAsNumber * Number(unit.value) })))
  )
  return show
}

function snapshotsIn (place: HTMLElement): () => Promise<void> {
  const list = make('div')
  const show = async () => {
    const { snapshots } = await ask<{ snapshots: Snapshot[] }>('snapshots')
    list.replaceChildren(table(['Name', 'Taken at', 'Changes', ''], snapshots.map(({ name, createdAt, changes }) => [
      name, createdAt, String(changes), make('span', { class: 'actions' },
        button('Restore', async () => {
          await send(`snapshots/${name}/restore`, { method: 'POST' })
          say(`The sandbox is as it was in ${name}.`)
        }, { 'aria-label': `Restore ${name}` }),
        button('Download', () => download(name), { 'aria-label': `Download ${name}` }),
        button('Delete', async () => {
          await send(`snapshots/${name}`, { method: 'DELETE' })
          await show()
        }, { 'aria-label': `Delete ${name}` }))
    ])))
  }
  const name = input({ placeholder: 'before', required: '', pattern: '[A-Za-z0-9_\\-]{1,64}' })
  const hint = 'Letters, digits, hyphens and underscores. A name that is there is replaced.'
  const taking = form([field('Name', name, hint), make('button', {}, 'Take')], async () => {
    await send(`snapshots/${name.value}`, { method: 'POST' })
    name.value = ''
    await show()
  })
  place.append(make('h2', {}, 'Snapshots'), list, taking)
  return show
}

/** Saves the records of a snapshot as a file that `--fixtures` accepts. A plain link could not send a token. */
async function download (name: string): Promise<void> {
  const href = URL.createObjectURL(await (await send(`snapshots/${name}/fixtures`)).blob())
  const anchor = make('a', { href, download: `${name}.json` })
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}
