module.exports = {
  globalSetup: './start-ovoc.cjs',
  globalTeardown: './stop-ovoc.cjs'
}
