import { ovoc } from './start-ovoc.js'

export default () => ovoc.close()
