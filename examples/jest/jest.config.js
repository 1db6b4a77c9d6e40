export default {
  transform: {}, // the tests are ES modules, as ovoc-mock is
  globalSetup: './start-ovoc.js',
  globalTeardown: './stop-ovoc.js'
}
