// npx playwright test
import { expect } from '@playwright/test'
import { test } from './ovoc.ts'

const pageFor = (ovoc: string) => `${new URL('customer.html', import.meta.url)}?ovoc=${encodeURIComponent(ovoc)}`

test('the page shows a customer in trouble', async ({ page, ovoc }) => {
  await ovoc.customers.patch(85844, { status: 'WARNING' })
  await page.goto(pageFor(ovoc.url))
  await expect(page.locator('#status')).toHaveText('WARNING')
})

test('the page shows what went wrong', async ({ page, ovoc }) => {
  await ovoc.rules.add({ match: { operation: 'getCustomer' }, status: 503, body: { description: 'OVOC is busy' } })
  await page.goto(pageFor(ovoc.url))
  await expect(page.locator('#status')).toHaveText('OVOC is busy')
  await ovoc.requests.verify({ operation: 'getCustomer', times: 1 })
})
