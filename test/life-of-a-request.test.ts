import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { startOvocMock } from '../src/index.ts'

t.test('src/app.ts lists the hooks of a server as they are registered', async t => {
  const registered: string[] = []
  const record = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    const add = fastify.addHook
    fastify.addHook = function (this: FastifyInstance, ...args: [string, () => unknown]) {
      const [, file = ''] = /[\\/]src[\\/](\S+)\.[jt]s/.exec(new Error().stack?.split('\n')[2] ?? '') ?? []
      registered.push(`${args[0]} ${file.replaceAll('\\', '/')}.ts`)
      return Reflect.apply(add, this, args)
    } as typeof add
  }
  subscribe('fastify.initialization', record)
  t.teardown(() => unsubscribe('fastify.initialization', record))

  const { close } = await startOvocMock({ fixtures: t.testdir({ 'files.json': '[]' }), watch: true })
  await close()

  const source = readFileSync(new URL('../../src/app.ts', import.meta.url), 'utf8')
  const lines = source.matchAll(/^ \* (onRequest|preValidation|onSend|preClose|onClose) +(\S+\.ts)/gm)
  const listed = Array.from(lines, ([, hook, file]) => `${hook} ${file}`)
  const order = ['onRequest', 'preValidation', 'onSend', 'preClose']
  const byHook = order.flatMap(hook => registered.filter(line => line.startsWith(`${hook} `)))
  // The hook that is registered last runs first.
  byHook.push(...registered.filter(line => line.startsWith('onClose ')).reverse())
  t.equal(listed.length, 16)
  t.same(listed, byHook)
})
