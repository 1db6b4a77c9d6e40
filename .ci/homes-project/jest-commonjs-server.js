/** Jest's globalSetup and globalTeardown: the first call starts the server, the second one closes it. */
module.exports = async () => {
  if (globalThis.ovoc !== undefined) return globalThis.ovoc.close()
  const { startOvocMock } = await import('ovoc-mock')
  globalThis.ovoc = await startOvocMock({ customers: 20, seed: 7 })
  process.env.OVOC_URL = globalThis.ovoc.url
}
