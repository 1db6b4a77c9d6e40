import { mock, test } from 'node:test'
import { startOvocMock } from 'ovoc-mock'
import { scenario } from './scenario.js'

test('with real timers', () => scenario({ startOvocMock }))
test('with fake timers', () => scenario({ startOvocMock, fake: () => mock.timers.enable(), unfake: () => mock.timers.reset() }))
