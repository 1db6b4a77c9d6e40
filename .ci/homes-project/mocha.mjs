import FakeTimers from '@sinonjs/fake-timers'
import { it } from 'mocha'
import { startOvocMock } from 'ovoc-mock'
import { scenario } from './scenario.js'

// Without these two, neither HTTP nor fetch of Node itself works.
const toFake = Object.keys(FakeTimers.timers).filter(name => name !== 'nextTick' && name !== 'queueMicrotask')
let clock

it('with real timers', () => scenario({ startOvocMock }))
it('with fake timers', () => scenario({
  startOvocMock,
  fake: () => { clock = FakeTimers.install({ toFake }) },
  unfake: () => clock.uninstall()
}))
