import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import axe from 'axe-core'
import { chromium } from 'playwright-core'
import { startOvocMock } from './processes.js'

const path = '/ovoc/v1/topology/customers/85844'
let browser

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
})
after(() => browser.close())

/** A page of the console; the test fails if it asks another host, breaks its own rules, or fails itself. */
async function open (t, url, hash = '', options = {}) {
  const page = await browser.newPage(options)
  const problems = []
  page.on('request', request => { if (!request.url().startsWith(url) && !request.url().startsWith('data:')) problems.push(request.url()) })
  page.on('pageerror', error => problems.push(error.message))
  page.on('console', message => { if (/Content Security Policy/.test(message.text())) problems.push(message.text()) })
  t.after(async () => {
    await page.close()
    assert.deepEqual(problems, [])
  })
  await page.goto(`${url}/__admin/console/${hash}`)
  return page
}

async function ask (url, path) {
  return (await fetch(`${url}${path}`)).json()
}

test('a browser is led to the console, which shows what is served', async t => {
  const url = await startOvocMock(t)
  const page = await open(t, url)
  await page.goto(url)
  await page.getByRole('cell', { name: 'customers' }).waitFor()
  assert.equal(page.url(), `${url}/__admin/console/`)
})

test('requests are shown, those of before too; one is made to fail, and the rule is deleted again', async t => {
  const url = await startOvocMock(t)
  await fetch(url + path)
  const page = await open(t, url, '#/requests')
  await page.getByRole('cell', { name: 'getCustomer' }).waitFor()
  await fetch(`${url}${path}?again`)
  await page.getByRole('cell', { name: `${path}?again` }).waitFor()
  await page.getByLabel('Filter requests').fill('again')
  assert.equal(await page.getByRole('row').count(), 2)

  await page.getByRole('button', { name: /^Show request/ }).click()
  assert.match(await page.locator('pre').innerText(), /"status": 400/)
  await page.getByRole('button', { name: 'Make this fail' }).click()
  await page.getByRole('link', { name: 'rules' }).click()
  await page.getByText('"operation":"getCustomer"').waitFor()
  assert.equal((await fetch(url + path)).status, 503)
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByText('None.').waitFor()
  assert.equal((await fetch(url + path)).status, 200)

  await page.getByRole('link', { name: 'requests' }).click()
  await page.getByRole('cell', { name: 'getCustomer' }).first().waitFor()
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByText('None.').waitFor()
  assert.deepEqual((await ask(url, '/__admin/requests')).requests, [])
})

test('a preset is added, the clock is frozen, and a reset takes both back', async t => {
  const url = await startOvocMock(t)
  const page = await open(t, url, '#/rules')
  await page.getByRole('button', { name: 'outage' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).first().waitFor()
  assert.ok((await ask(url, '/__admin/rules')).rules.length > 0)
  await page.getByRole('link', { name: 'state' }).click()
  await page.getByRole('button', { name: 'Freeze' }).click()
  await page.getByText(', frozen').waitFor()
  assert.equal((await ask(url, '/__admin/clock')).frozen, true)
  await page.getByRole('button', { name: 'Reset' }).click()
  await page.getByRole('button', { name: 'Freeze' }).waitFor()
  assert.deepEqual((await ask(url, '/__admin/rules')).rules, [])
})

test('two pages show two sandboxes, and one is dropped', async t => {
  const url = await startOvocMock(t)
  for (const name of ['one', 'two']) await fetch(`${url}/__sandbox/${name}${path}?${name}`)
  const pages = await Promise.all(['one', 'two'].map(name => open(t, url, `#/sandbox/${name}/requests`)))
  await pages[0].getByRole('cell', { name: '?one' }).waitFor()
  await pages[1].getByRole('cell', { name: '?two' }).waitFor()
  assert.equal(await pages[0].getByRole('cell', { name: '?two' }).count(), 0)
  await pages[0].getByRole('link', { name: 'sandboxes' }).click()
  await pages[0].getByRole('row', { name: 'two' }).getByRole('button', { name: 'Drop' }).click()
  await pages[0].getByRole('row', { name: 'two' }).waitFor({ state: 'detached' })
  assert.deepEqual((await ask(url, '/__admin/sandboxes')).sandboxes.map(({ name }) => name), ['default', 'one'])
})

test('with an admin token the page asks for it, and only its files come without', async t => {
  const url = await startOvocMock(t, '--admin-token', 'hush-hush')
  const page = await open(t, url, '#/rules')
  await page.getByLabel('Admin token').fill('wrong')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByText(/got another/).waitFor()
  await page.getByLabel('Admin token').fill('hush-hush')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('button', { name: 'outage' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).first().waitFor()
})

test('what a caller sends is shown as text', async t => {
  const url = await startOvocMock(t)
  const hostile = '<img src=x onerror=document.title="hit">'
  await fetch(`${url}${path}`, { method: 'PUT', headers: { 'content-type': 'application/json', 'x-note': hostile }, body: JSON.stringify({ [hostile]: 'x'.repeat(300) }) })
  await fetch(`${url}/${encodeURI('‮')}<script>document.title="hit"</script>`)
  const page = await open(t, url, '#/requests')
  await page.getByRole('cell', { name: 'verifyCustomer' }).waitFor()
  await page.getByRole('button', { name: 'Show request 1' }).click()
  assert.match(await page.locator('pre').innerText(), /<img src=x/)
  assert.equal(await page.locator('main img, main script').count(), 0)
  assert.equal(await page.title(), 'ovoc-mock console')
})

for (const colorScheme of ['light', 'dark']) {
  test(`no view breaks a rule of accessibility or needs a wide screen, ${colorScheme}`, async t => {
    const url = await startOvocMock(t)
    await fetch(url + path)
    await fetch(`${url}/__sandbox/one${path}`)
    for (const view of ['overview', 'requests', 'rules', 'state', 'sandboxes']) {
      const page = await open(t, url, `#/${view}`, { colorScheme, viewport: { width: 360, height: 640 }, bypassCSP: true })
      await page.locator('main h2').first().waitFor()
      await page.addScriptTag({ content: axe.source })
      const { violations } = await page.evaluate(() => globalThis.axe.run())
      assert.deepEqual(violations.map(({ id, nodes }) => `${view}: ${id} ${nodes[0].html}`), [])
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, view)
    }
  })
}

test('a server that comes back is followed again', async t => {
  const url = await startOvocMock(t)
  const { port } = new URL(url)
  const page = await open(t, url, '#/requests')
  await page.getByText('None.').waitFor()
  // The stream ends with its sandbox, as with the server.
  await fetch(`${url}/__sandbox/gone${path}`)
  await page.goto(`${url}/__admin/console/#/sandbox/gone/requests`)
  await page.getByRole('cell', { name: 'getCustomer' }).waitFor()
  await fetch(`${url}/__admin/sandboxes/gone`, { method: 'DELETE' })
  await page.getByText(/tries to follow it again/).waitFor()
  await fetch(`http://127.0.0.1:${port}/__sandbox/gone${path}?back`)
  await page.getByRole('cell', { name: '?back' }).waitFor()
})
