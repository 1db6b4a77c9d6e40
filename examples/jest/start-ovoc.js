import { startOvocMock } from 'ovoc-mock'

/** One server for all of Jest's workers, on any free port. */
export const ovoc = await startOvocMock()

export default () => { process.env.OVOC_URL = ovoc.url }
