import { test } from '@playwright/test'
import { startOvocMock } from 'ovoc-mock'
import { scenario } from './scenario.js'

test('with the request fixture', ({ request }) => scenario({
  startOvocMock,
  fetch: async (url, options) => {
    const response = await request.fetch(url, options)
    return { status: response.status(), text: () => response.text() }
  }
}))
