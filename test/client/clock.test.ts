import { bothWays } from './ways.ts'

bothWays('the clock can be set, advanced, frozen and released', async (t, ovoc) => {
  const { clock } = await ovoc.sandbox()
  t.match(await clock.get(), { now: /Z$/, frozen: false })
  t.same(await clock.freeze(new Date('2030-01-01T00:00:00Z')), { now: '2030-01-01T00:00:00.000Z', frozen: true })
  t.same(await clock.advance(60), { now: '2030-01-01T00:01:00.000Z', frozen: true })
  t.same(await clock.set('2031-01-01T00:00:00.000+0000'), { now: '2031-01-01T00:00:00.000Z', frozen: true })
  t.match(await clock.release(), { now: /^2031-01-01/, frozen: false })
  t.match(await clock.freeze(), { now: /^2031-01-01/, frozen: true })
  await t.rejects(clock.set('tomorrow'), { status: 400, message: /^the body is not valid: \/now must be an instant/ })
})
