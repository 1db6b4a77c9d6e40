import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import axe from 'axe-core'
import { chromium } from 'playwright-core'
import { startOvocMock } from './processes.js'

const path = '/ovoc/v1/topology/customers/85844'
const hostile = '<img src=x onerror=document.title="hit">'
let browser
/** One server for all tests: each has a sandbox of its own. */
let url
const endings = []

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
  url = await startOvocMock({ after: end => endings.push(end) }, '--customers', '1000000')
})
after(async () => {
  await browser.close()
  for (const end of endings) await end()
})

/** A page of the console; the test fails if it asks another host, breaks its own rules, or fails itself. */
async function open (t, server, hash = '', options = {}) {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], ...options })
  const page = await context.newPage()
  const problems = []
  page.on('request', request => { if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(server)) problems.push(request.url()) })
  page.on('pageerror', error => problems.push(error.message))
  page.on('console', message => { if (/Content Security Policy/.test(message.text())) problems.push(message.text()) })
  t.after(async () => {
    await context.close()
    assert.deepEqual(problems, [])
  })
  await page.goto(`${server}/__admin/console/${hash}`)
  return page
}

/** A sandbox of the shared server: a page that shows it, and its API. */
async function sandbox (t, name, view) {
  const call = async (path, method = 'GET', body) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await fetch(`${url}/__sandbox/${name}${path}`, { method, headers, body: JSON.stringify(body) })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  await call(path)
  const page = await open(t, url, `#/sandbox/${name}/${view}`)
  const press = name => page.getByRole('button', { name, exact: true }).click()
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
  return { page, call, press, clipboard }
}

test('a browser is led to the console, which shows what is served, and hands out a command', async t => {
  const page = await open(t, url)
  await page.goto(url)
  await page.getByText('1,000,008').waitFor()
  assert.equal(page.url(), `${url}/__admin/console/`)
  for (const name of ['Version', 'Seed', 'Uptime', 'Memory', 'Requests per second']) await page.getByText(name, { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Copy curl' }).first().click()
  await page.getByText('Copied.').waitFor()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `curl -g '${url}/ovoc/v1/topology/customers'`)
  assert.equal(await page.getByRole('link', { name: 'Try the operations' }).evaluate(link => link.href), `${url}/docs`)
})

test('requests are shown as they come, filtered and paused', async t => {
  const { page, call, press } = await sandbox(t, 'requests', 'requests')
  await page.getByRole('cell', { name: 'getCustomer' }).waitFor()
  await call(`${path}?again`)
  await call('/ovoc/v1/alarms/fwdRules')
  const cell = name => page.getByRole('cell', { name })
  await cell(`${path}?again`).waitFor()
  const filters = [['Path', 'again', '?again'], ['Operation', 'listFwdRules', 'alarms/fwdRules'], ['Status', '4', '?again']]
  for (const [name, value, found] of filters) {
    const field = page.getByLabel(name, { exact: true })
    if (name === 'Path') await field.fill(value)
    else await field.selectOption(value)
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1)
    await cell(found).waitFor()
    if (name === 'Path') await field.fill('')
    else await field.selectOption('')
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 3)
  }
  await press('Pause')
  await call(`${path}?later`)
  await page.getByRole('button', { name: 'Go on (1 new)' }).click()
  await cell('?later').waitFor()

  await press('Clear')
  await page.getByText('None. Requests are shown here as they come.').waitFor()
  assert.deepEqual((await call('/__admin/requests')).body.requests, [])
})

test('a request is copied as a command, an assertion and a fixture, and made to fail', async t => {
  const { page, call, press, clipboard } = await sandbox(t, 'inspect', 'requests')
  await call(path, 'PUT', { status: 'FINE', contacts: { email: 'new@example.com' } })
  await press('Show request 2')
  await page.locator('.reason').getByText('/status must be one of').waitFor()
  assert.match(await page.locator('.panes pre').first().innerText(), /"email": "new@example.com"/)

  await press('Show request 1')
  await page.getByText('No body.').waitFor()
  await press('Copy as curl')
  await page.getByText('Copied.').waitFor()
  assert.equal(await clipboard(), `curl -g -X GET '${url}/__sandbox/inspect${path}'`)
  await press('Copy as verify')
  const [, expectation] = /^await ovoc\.requests\.verify\((.*)\)\n$/s.exec(await clipboard())
  assert.equal((await call('/__admin/requests/verify', 'POST', { match: JSON.parse(expectation), times: 1 })).status, 200)
  await press('Copy as fixture')
  await page.getByText('Copied, for a file customers.json').waitFor()
  assert.deepEqual(JSON.parse(await clipboard()), [(await call(path)).body])

  await press('Close')
  assert.equal(await page.locator('.panes').count(), 0)

  const makeFail = async (id, target, status) => {
    await press(`Show request ${id}`)
    await page.getByRole('link', { name: 'Make this fail' }).click()
    await page.getByLabel('Operation or path').waitFor()
    assert.equal(await page.getByLabel('Operation or path').inputValue(), target)
    await page.getByLabel('Status').fill(status)
    await press('Add')
    await page.getByRole('cell', { name: `"status":${status}` }).waitFor()
    await page.goBack()
  }
  await makeFail(1, 'getCustomer', '503')
  assert.equal((await call(path)).status, 503)
  for (const [sites, status] of [['/ovoc/v1/topology/sites', '418'], ['/topology/sites', '410']]) {
    const { id } = (await call(sites), (await call('/__admin/requests')).body.requests.at(-1))
    await makeFail(id, sites, status)
    assert.equal((await call(sites)).status, Number(status))
  }
})

test('a preset is switched on and off', async t => {
  const { page, call, press } = await sandbox(t, 'presets', 'rules')
  const outage = pressed => page.getByRole('button', { name: 'outage', pressed }).waitFor()
  await outage(false)
  await press('outage')
  await outage(true)
  assert.equal((await call(path)).status, 503)
  await press('outage')
  await outage(false)
  assert.equal((await call(path)).status, 200)
})

test('fixtures that can not be served are told on the overview, with the place of each problem', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'console-'))
  t.after(() => rm(folder, { recursive: true }))
  const save = text => writeFile(join(folder, 'files.json'), text)
  await save('[]')
  const server = await startOvocMock(t, '--fixtures', folder, '--watch')
  const page = await open(t, server)
  await page.getByText('Uptime').waitFor()
  await save('[{"id":5,"name":5}]')
  await page.getByText('files.json: record 5: /name must be a string').waitFor()
  await save('[{"id":5,"name":"x","description":null}]')
  await page.getByText('/name must be').waitFor({ state: 'detached' })
  assert.equal(await page.getByRole('row', { name: /^files 1$/ }).count(), 1)
})

test('a rule is made with a form that knows its bounds, counts live, and is deleted again', async t => {
  const { page, call, press } = await sandbox(t, 'rules', 'rules')
  await page.getByLabel('Operation').selectOption('getCustomer')
  const status = page.getByLabel('Status')
  assert.deepEqual([await status.getAttribute('min'), await status.getAttribute('max')], ['200', '599'])
  await status.fill('500')
  await page.getByLabel('Body').fill('{"description":"no"}')
  await page.getByLabel('Times').fill('1')
  await press('Add')
  await page.getByText('"operation":"getCustomer"').waitFor()
  assert.deepEqual(await call(path), { status: 500, body: { description: 'no' } })
  await page.getByRole('row', { name: '"operation":"getCustomer"' }).getByRole('cell', { name: '1', exact: true }).last().waitFor()

  await page.getByLabel('Times').fill('')
  for (const [effect, fill] of [['break', () => page.getByLabel('How').selectOption('empty')], ['rate limit', () => page.getByLabel('Seconds').fill('5')], ['delay only', () => page.getByLabel('Delay, ms').fill('1')]]) {
    await page.getByLabel('Effect').selectOption(effect)
    await fill()
    await press('Add')
  }
  await page.getByText('{"match":{"operation":"getCustomer"},"delay":1}').waitFor()
  const { rules } = (await call('/__admin/rules')).body
  assert.deepEqual(rules.slice(1).map(rule => rule.break ?? rule.rateLimit ?? rule.delay), ['empty', { requests: 10, seconds: 5 }, 1])
  await page.getByLabel('to', { exact: true }).fill('0')
  await press('Add')
  await page.getByText('/delay/to must be 1, its from, or more, got 0').waitFor()

  await press(`Delete rule ${rules[0].id}`)
  await page.getByText('"status":500').waitFor({ state: 'detached' })
  await press('Delete all')
  await page.getByText('None.').waitFor()
  await press('outage')
  await page.getByText('"path":"/ovoc/*"').waitFor()
  assert.equal((await call(path)).status, 503)
})

test('the clock is frozen, set, advanced and given back, and a reset takes all back', async t => {
  const { page, call, press } = await sandbox(t, 'clock', 'state')
  const clock = async () => (await call('/__admin/clock')).body
  await press('Freeze')
  await page.getByText(', frozen').waitFor()
  await page.getByLabel('Instant').fill('2025-08-14T08:16:18.736Z')
  await press('Set')
  await page.getByText('2025-08-14T08:16:18.736Z, frozen').waitFor()
  await page.getByLabel('Amount').fill('2')
  await press('Advance')
  await page.getByText('2025-08-14T10:16:18.736Z, frozen').waitFor()
  assert.deepEqual(await clock(), { now: '2025-08-14T10:16:18.736Z', frozen: true })
  await page.getByLabel('Instant').fill('tomorrow')
  await press('Set')
  await page.getByText(/\/now must be an instant/).waitFor()
  await press('Back to real time')
  await page.getByRole('button', { name: 'Freeze' }).waitFor()
  assert.ok(Math.abs(Date.parse((await clock()).now) - Date.now()) < 60_000)
  await call('/__admin/rules', 'POST', { status: 503 })
  await press('Reset')
  await page.getByText('The sandbox is as it began.').waitFor()
  assert.deepEqual((await call('/__admin/rules')).body.rules, [])
})

test('snapshots are taken, restored, downloaded and deleted', async t => {
  const call = (path, method, body) => fetch(server + path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const server = await startOvocMock(t)
  const page = await open(t, server, '#/state')
  await page.getByLabel('Name').fill('before')
  await page.getByRole('button', { name: 'Take' }).click()
  await page.getByRole('cell', { name: 'before', exact: true }).waitFor()
  await call('/__admin/records/customers/85844', 'PATCH', { status: 'WARNING' })
  await page.getByRole('button', { name: 'Restore before' }).click()
  await page.getByText('as it was in before').waitFor()
  assert.equal((await (await call('/__admin/records/customers/85844')).json()).status, 'ERROR')
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download before' }).click()])
  assert.equal(download.suggestedFilename(), 'before.json')
  assert.equal(JSON.parse(await readFile(await download.path(), 'utf8')).customers.length, 8)
  await page.getByRole('button', { name: 'Delete before' }).click()
  await page.getByText('None.').waitFor()
  assert.deepEqual(await (await call('/__admin/snapshots')).json(), { snapshots: [] })
})

test('a million records are paged, and searched by a filter', async t => {
  const { page, press } = await sandbox(t, 'pages', 'records')
  await page.getByText('1 to 50').waitFor()
  await page.getByRole('link', { name: '85844' }).waitFor()
  await press('Next')
  await page.getByText('51 to 100').waitFor()
  assert.equal(await page.getByRole('link', { name: '85844' }).count(), 0)
  await press('Previous')
  await page.getByText('1 to 50').waitFor()

  await page.getByLabel('Filter').fill("(id='85844')")
  await press('Search')
  await page.getByText('1 to 1').waitFor()
  assert.equal(await page.getByLabel('Filter').inputValue(), "(id='85844')")
  await page.getByLabel('Filter').fill('(id)')
  await press('Search')
  await page.getByText(/filter must have/).waitFor()
  await page.getByLabel('Resource').selectOption('rejectedEndpoints')
  await page.getByRole('columnheader', { name: 'mac' }).waitFor()
})

test('a record is changed, its problems lead to their places, and it is reverted', async t => {
  const { page, call, press } = await sandbox(t, 'edit', 'records/customers/85844')
  const record = '/__admin/records/customers/85844'
  const before = (await call(record)).body
  const editor = page.getByLabel('The record as JSON')
  await page.getByRole('link', { name: /^channels/ }).waitFor()
  await editor.fill(JSON.stringify({ ...before, status: 'FINE', contacts: { ...before.contacts, email: 5 } }, null, 2))
  await press('Save')
  await page.getByText(/must be one of "ERROR"/).waitFor()
  await press('/contacts/email')
  assert.equal(await editor.evaluate(({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd)), '"email"')
  await editor.fill('{')
  await press('Save')
  await page.getByText(/JSON at position|Expected property name/).waitFor()
  assert.deepEqual((await call(record)).body, before)

  await editor.fill(JSON.stringify({ ...before, status: 'WARNING' }))
  await press('Save')
  await page.getByText('Saved.').waitFor()
  assert.equal((await call(record)).body.status, 'WARNING')
  await page.getByRole('link', { name: '← customers' }).click()
  await page.getByRole('row', { name: '85844' }).getByText('changed', { exact: true }).waitFor()
  await page.getByLabel('Changed only').check()
  await page.getByText('1 to 1').waitFor()
  await page.getByRole('link', { name: '85844' }).click()
  await press('Revert')
  await page.getByText('The record is as it was.').waitFor()
  assert.deepEqual((await call(record)).body, before)
})

test('a record is created; one that others need is deleted with them, another one comes back', async t => {
  const { page, call, press } = await sandbox(t, 'create', 'records/files')
  const status = async path => (await call(`/__admin/records/${path}`)).status
  await page.getByRole('link', { name: 'Create', exact: true }).click()
  await page.getByLabel('The record as JSON').fill('{"id":7,"name":5}')
  await press('Create')
  await page.getByText('must be a string, got 5').waitFor()
  await page.getByLabel('The record as JSON').fill('{"id":7,"name":"made"}')
  await press('Create')
  await page.getByRole('heading', { name: 'files/7' }).waitFor()
  assert.equal((await call('/__admin/records/files/7')).body.name, 'made')
  await press('Delete')
  await page.getByText('files/7 is deleted.').waitFor()
  assert.equal(await status('files/7'), 404)

  await page.goto(`${url}/__admin/console/#/sandbox/create/records/calls/98101`)
  await press('Delete')
  await press('Undo')
  await page.getByRole('link', { name: 'devices/61204' }).click()
  await page.getByRole('heading', { name: 'devices/61204' }).waitFor()
  assert.equal(await status('calls/98101'), 200)
  await press('Delete')
  await page.getByRole('alert').getByRole('link', { name: 'calls/98101' }).waitFor()
  assert.equal(await status('devices/61204'), 200)
  await press('Delete it and what needs it')
  await page.getByText('devices/61204 is deleted, and what needed it.').waitFor()
  assert.deepEqual([await status('devices/61204'), await status('calls/98101')], [404, 404])
})

test('two pages show two sandboxes, one is dropped, another one opened', async t => {
  const pages = []
  for (const name of ['one', 'two']) {
    const { page, call } = await sandbox(t, name, 'requests')
    await call(`${path}?${name}`)
    await page.getByRole('cell', { name: `?${name}` }).waitFor()
    pages.push(page)
  }
  const [page] = pages
  assert.equal(await page.getByRole('cell', { name: '?two' }).count(), 0)
  await page.getByRole('link', { name: 'sandboxes' }).click()
  await page.getByRole('row', { name: 'one' }).getByRole('cell', { name: '2', exact: true }).waitFor()
  // A page that follows a sandbox opens it again.
  await pages[1].close()
  await page.getByRole('button', { name: 'Drop two' }).click()
  await page.getByRole('row', { name: 'two' }).waitFor({ state: 'detached' })
  await page.getByLabel('Name').fill('three')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('link', { name: 'three' }).click()
  await page.getByText('Sandbox: three').waitFor()
  const { sandboxes } = await (await fetch(`${url}/__admin/sandboxes`)).json()
  const names = sandboxes.map(({ name }) => name)
  assert.deepEqual([names.includes('two'), names.includes('three')], [false, true])
})

test('with an admin token the page asks for it, and only its files come without', async t => {
  const server = await startOvocMock(t, '--admin-token', 'hush-hush')
  const page = await open(t, server, '#/rules')
  await page.getByLabel('Admin token').fill('wrong')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByText(/got another/).waitFor()
  await page.getByLabel('Admin token').fill('hush-hush')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('button', { name: 'outage' }).click()
  await page.getByText('"path":"/ovoc/*"').waitFor()
})

test('what a caller sends or a record holds is shown as text', async t => {
  const { page, call } = await sandbox(t, 'hostile', 'requests')
  await fetch(`${url}/__sandbox/hostile${path}`, { method: 'PUT', headers: { 'content-type': 'application/json', 'x-note': hostile }, body: JSON.stringify({ [hostile]: 'x'.repeat(300) }) })
  await call(`/${encodeURI('‮')}<script>document.title="hit"</script>`)
  await call(path, 'PUT', { description: 'x'.repeat(1_000_000) })
  await page.getByRole('button', { name: 'Show request 2' }).click()
  assert.match(await page.locator('.panes').innerText(), /<img src=x[^]*<img src=x/)
  await page.getByRole('button', { name: 'Show request 4' }).click()
  await page.getByText(/withheld: \d+ bytes/).waitFor()
  await call('/__admin/records/files', 'POST', { id: 7, name: hostile, description: `‮${'x'.repeat(300)}` })
  for (const view of ['records/files', 'records/files/7']) {
    await page.goto(`${url}/__admin/console/#/sandbox/hostile/${view}`)
    await page.locator('main h2').first().waitFor()
  }
  await call('/__admin/rules', 'POST', { status: 503, body: hostile })
  await page.goto(`${url}/__admin/console/#/sandbox/hostile/rules`)
  await page.getByText(/<img src=x/).waitFor()
  assert.equal(await page.locator('main img, main script').count(), 0)
  assert.equal(await page.title(), 'rules · hostile · ovoc-mock')
})

test('keys show the views and lead to the search, but not while somebody writes', async t => {
  const { page } = await sandbox(t, 'keys', 'overview')
  await page.getByText('leads to the search').waitFor()
  await page.locator('main h2').first().waitFor()
  await page.keyboard.press('3')
  await page.getByText('1 to 50').waitFor()
  await page.keyboard.press('/')
  assert.equal(await page.evaluate(() => document.activeElement.type), 'search')
  await page.keyboard.type('/2')
  assert.equal(await page.getByLabel('Filter').inputValue(), '/2')
  await page.keyboard.press('Escape')
  await page.keyboard.press('4')
  await page.getByRole('heading', { name: 'Presets' }).waitFor()
  await page.keyboard.press('Tab')
  const outline = await page.evaluate(() => globalThis.getComputedStyle(document.activeElement).outlineStyle)
  assert.equal(outline, 'solid')
})

for (const colorScheme of ['light', 'dark']) {
  test(`no view breaks a rule of accessibility or needs a wide screen, ${colorScheme}`, async t => {
    const name = `axe-${colorScheme}`
    const headers = { 'x-ovoc-mock-sandbox': name, 'content-type': 'application/json' }
    const post = (path, body) => fetch(`${url}/__admin/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    await fetch(`${url}/__sandbox/${name}${path}`, { method: 'PUT', headers, body: '{"status":"FINE"}' })
    await post('rules', { preset: 'flaky' })
    await post('snapshots/before')
    await post('records/files', { id: 7 })
    const page = await open(t, url, `#/sandbox/${name}/overview`, { colorScheme, bypassCSP: true })
    await page.addScriptTag({ content: axe.source })
    for (const view of ['overview', 'requests', 'records/files', 'records/files/7', 'records/files/new', 'rules', 'state', 'sandboxes']) {
      await page.goto(`${url}/__admin/console/#/sandbox/${name}/${view}`)
      await page.getByRole('navigation').locator(`[aria-current]:has-text("${view.split('/')[0]}")`).waitFor()
      await page.locator('main h2').first().waitFor()
      if (view === 'requests') await page.getByRole('button', { name: 'Show request 1' }).click()
      if (view === 'records/files/7') await page.getByRole('button', { name: 'Revert' }).waitFor()
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 640 })
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, view)
      }
      const { violations } = await page.evaluate(() => globalThis.axe.run())
      assert.deepEqual(violations.map(({ id, nodes }) => `${view}: ${id} ${nodes[0].html}`), [])
    }
  })
}

test('a server that comes back is followed again', async t => {
  // The stream ends with its sandbox, as with the server.
  const { page, call } = await sandbox(t, 'gone', 'requests')
  await page.getByRole('cell', { name: 'getCustomer' }).waitFor()
  await fetch(`${url}/__admin/sandboxes/gone`, { method: 'DELETE' })
  await page.getByText(/tries to follow it again/).waitFor()
  await call(`${path}?back`)
  await page.getByRole('cell', { name: '?back' }).waitFor()
  await page.getByText(/tries to follow it again/).waitFor({ state: 'hidden' })
})
