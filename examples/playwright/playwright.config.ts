import { defineConfig } from '@playwright/test'

export default defineConfig({
  use: { launchOptions: { executablePath: process.env.CHROMIUM } }, // unset, the browser that Playwright installed
  webServer: { command: 'npx ovoc-mock --port 4010', url: 'http://127.0.0.1:4010/__admin/health', reuseExistingServer: !process.env.CI }
})
