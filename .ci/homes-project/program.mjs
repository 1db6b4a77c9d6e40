import { startOvocMock } from 'ovoc-mock'
import { scenario } from './scenario.js'

scenario({ startOvocMock }) // without await, so that tsx can make CommonJS of it
