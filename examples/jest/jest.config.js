export default { transform: {} } // the tests are ES modules, as ovoc-mock is
