import { startOvocMock } from 'ovoc-mock'
import { test, vi } from 'vitest'
import { scenario } from './scenario.js'

const timeout = 60_000
test('with real timers', { timeout }, () => scenario({ startOvocMock }))
test('with fake timers', { timeout }, () => scenario({ startOvocMock, fake: () => vi.useFakeTimers(), unfake: () => vi.useRealTimers() }))
