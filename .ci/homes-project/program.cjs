const { startOvocMock } = require('ovoc-mock')
const { scenario } = require('./scenario.js')

scenario({ startOvocMock })
