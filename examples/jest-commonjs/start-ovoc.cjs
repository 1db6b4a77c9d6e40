/** @type {import('ovoc-mock').OvocMock} */
let ovoc

/** One server for all of Jest's workers, on any free port. */
module.exports = async () => {
  const { startOvocMock } = await import('ovoc-mock') // works in any CommonJS file outside of the tests
  ovoc = await startOvocMock()
  process.env.OVOC_URL = ovoc.url
}

module.exports.stop = () => ovoc.close()
