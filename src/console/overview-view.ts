import { addressOf, ask, readPlace, repeat, serverUrl } from './calls.ts'
import type { FixtureState, Health, SandboxFacts } from './calls.ts'
import { copyButton, duration, link, make, report, table } from './elements.ts'
import type { Child, Page } from './elements.ts'

const documents = [
  ['../../docs', 'Try the operations'], ['../../openapi.json', 'OpenAPI of OVOC'],
  ['../openapi.json', 'OpenAPI of the control API']
] as const

/** Shows facts about the server and its present activity. */
export async function overview ({ signal }: Page): Promise<Child[]> {
  const facts = make('dl', { class: 'facts' })
  const [counts, fixtures] = [make('div'), make('div')]
  let before: { requests: number, at: number } | undefined
  let counted = ''

  const update = async () => {
    const [health, { sandboxes }, { problems, lost }] = await Promise.all([
      ask<Health>('health'), ask<{ sandboxes: SandboxFacts[] }>('sandboxes'), ask<FixtureState>('fixtures')
    ])
    fixtures.replaceChildren(
      ...list('The fixtures have problems, so those from before are served:', problems),
      ...list('Changes that do not fit the fixtures any more were dropped:', lost))
    // A sandbox that nobody has used is not open yet.
    const own = sandboxes.find(({ name }) => name === (readPlace().sandbox || 'default'))
    const now = { requests: own?.requests ?? 0, at: performance.now() }
    const rate = before && Math.max(0, (now.requests - before.requests) / (now.at - before.at) * 1000)
    before = now
    const shown: Array<[string, Child]> = [
      ['Version', health.version], ['Seed', String(health.seed)], ['Uptime', duration(health.uptimeSeconds)],
      ['Memory', `${Math.round(health.memoryBytes / 1e6)} MB`],
      ['Requests', String(now.requests)], ['Requests per second', rate === undefined ? '…' : rate.toFixed(0)],
      ['Changed records', String(own?.changes ?? 0)], ['Sandboxes', String(sandboxes.length)]
    ]
    facts.replaceChildren(...shown.map(([name, value]) =>
      make('div', {}, make('dt', {}, name), make('dd', {}, value))))
    // A link loses the focus if it is redrawn.
    if (counted === JSON.stringify(health.counts)) return
    counted = JSON.stringify(health.counts)
    counts.replaceChildren(table(['Resource', 'Records'], Object.entries(health.counts).map(([name, count]) =>
      [link(name, addressOf(`records/${name}`)), count.toLocaleString('en')])))
  }
  await update()
  repeat(signal, () => update().catch(report), 2000)

  const addresses = ['/ovoc/v1', '/api/ovoc/v1', '/tenantui/api/ovoc/v1'].map(path => serverUrl() + path)
  return [
    fixtures, make('h2', {}, 'Server'), facts,
    make('h2', {}, 'Addresses'), table(['Base URL', ''], addresses.map(address => [
      make('code', {}, address), copyButton('Copy curl', () => `curl -g '${address}/topology/customers'`)
    ])),
    make('h2', {}, 'Records'), counts,
    make('h2', {}, 'Documents'), make('ul', {}, ...documents.map(([href, text]) => make('li', {}, link(text, href))))
  ]
}

function list (sentence: string, items: readonly string[]): Child[] {
  if (items.length === 0) return []
  return [make('p', { class: 'reason' }, sentence), make('ul', {}, ...items.map(item => make('li', {}, item)))]
}
