const { stop } = require('./start-ovoc.cjs')

module.exports = stop
