import { jest, test } from '@jest/globals'
import { startOvocMock } from 'ovoc-mock'
import { scenario } from './scenario.js'

const timeout = 60_000
test('with real timers', () => scenario({ startOvocMock }), timeout)
test('with fake timers', () => scenario({ startOvocMock, fake: () => jest.useFakeTimers(), unfake: () => jest.useRealTimers() }), timeout)
