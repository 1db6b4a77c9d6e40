import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { buildApp, fidelityTable, openapiDocument } from '../../src/index.ts'
import { build, run } from '../harness.ts'

interface Operation { operationId: string, summary: string, tags: string[], 'x-evidence': { level: string, source: string }, parameters: Array<{ example?: unknown }>, requestBody?: { required: boolean, content: Record<string, object> }, responses: Record<string, { description: string }> }
interface Document { openapi: string, servers: Array<{ url: string }>, paths: Record<string, Record<string, Operation>>, components: { schemas: Record<string, { examples?: unknown[], 'x-evidence'?: unknown }>, securitySchemes: object }, security: object[] }

const committed = (name: string) => readFileSync(`openapi/${name}`, 'utf8')
const document: Document = JSON.parse(committed('openapi.json'))
const operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })))

t.test('the committed OpenAPI documents are up to date with the schemas', async t => {
  t.equal(committed('openapi.json'), await openapiDocument('json'))
  t.equal(committed('openapi.yaml'), await openapiDocument('yaml'))
  t.equal(committed('control.json'), await openapiDocument('json', 'control'))
  t.equal((await run(t, ['openapi', '--format', 'yaml'])).stdout, committed('openapi.yaml'))
})

t.test('the server serves both OpenAPI documents and a page that shows them', async t => {
  const call = await build(t)
  // The addresses in a served document are relative to it, so they are right behind any proxy.
  const relative = (text: string): string => text.replaceAll(/(rl"?: "?)\/(?=(?:[\w.-]+\/)+(?:v1|token)"?,?$)/gm, '$1./')
  t.same((await call('/openapi.json')).body, JSON.parse(relative(committed('openapi.json'))))
  t.equal((await call('/openapi.yaml')).text, relative(committed('openapi.yaml')))
  t.equal((await call('/docs')).headers.location, 'docs/')
  const page = await call('/docs/')
  t.match(page.headers['content-type'], 'text/html')
  for (const [, asset] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
    t.equal((await call(new URL(asset as string, 'http://local/docs/').pathname)).status, 200, String(asset))
  }
  t.notMatch(page.text, /(?:src|href)="https?:/)
})

t.test('the documentation page offers both documents, also behind a prefix', async t => {
  const call = await build(t)
  for (const prefix of ['', '/__sandbox/x']) {
    const { text } = await call(`${prefix}/docs/initializer.js`)
    const titles = Array.from(text.matchAll(/url: '(.*?)'/g), async ([, url]) => {
      return (await call(new URL(url as string, `http://local${prefix}/docs/`).pathname)).body.info.title
    })
    t.same(await Promise.all(titles), ['OVOC REST API, as simulated by ovoc-mock', 'Control of ovoc-mock'])
  }
})

t.test('programs can import and require the OpenAPI documents from the package', async t => {
  // A program in the folder of the package can import it by its name.
  const require = createRequire(resolve('package.json'))
  for (const name of ['openapi.json', 'openapi.yaml', 'control.json']) {
    t.equal(readFileSync(require.resolve(`ovoc-mock/${name}`), 'utf8'), committed(name))
  }
  t.same(require('ovoc-mock/openapi.json'), document)
  const program = "import spec from 'ovoc-mock/openapi.json' with { type: 'json' }; console.log(spec.info.title)"
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  t.equal(stdout, 'OVOC REST API, as simulated by ovoc-mock\n')
})

t.test('the OpenAPI document has version 3.1, the three base paths and the documented record as an example', async t => {
  t.equal(document.openapi, '3.1.0')
  t.same(document.servers.map(({ url }) => url), ['/ovoc/v1', '/api/ovoc/v1', '/tenantui/api/ovoc/v1'])
  t.hasStrict(document.components.schemas, { Customer: {}, CustomerUpdate: {}, Error: {} })
  t.same(document.components.schemas.Customer?.examples, [JSON.parse(readFileSync('test/resources/documented-customer.json', 'utf8'))])
})

t.test('every operation of the document has an id, a summary, a tag, its errors and its evidence', async t => {
  t.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length)
  for (const { path, method, operationId, summary, tags, responses, 'x-evidence': evidence } of operations) {
    t.ok(summary && tags.length === 1, operationId)
    t.match(evidence.level, /^(documented|observed|assumed)$/, operationId)
    t.ok(evidence.source.length > 10, operationId)
    t.equal('400' in responses && '404' in responses, path.includes('{id}'), operationId)
    t.same(['401' in responses, '403' in responses], [true, method !== 'get'], operationId)
    t.ok(Object.values(responses).every(({ description }) => description !== 'Default Response'), operationId)
  }
})

t.test('the document describes the ways to authenticate, the source of tokens, and that credentials are optional', async t => {
  t.match(document.components.securitySchemes, {
    basic: { type: 'http', scheme: 'basic' },
    bearer: { type: 'http', scheme: 'bearer' },
    clientCredentials: { flows: { clientCredentials: { tokenUrl: /^\/.*\/oauth2\/v2\.0\/token$/ } } }
  })
  t.same(document.security.map(scheme => Object.keys(scheme)), [[], ['basic'], ['bearer'], ['clientCredentials']])
})

t.test('the document calls the retrieval by PUT documented and the update assumed, and the body is optional', async t => {
  const verify = document.paths['/topology/customers/{id}']?.put as Operation
  t.equal(verify['x-evidence'].level, 'documented')
  t.match(document.components.schemas.CustomerUpdate?.['x-evidence'], { level: 'assumed' })
  t.equal(verify.requestBody?.required, false)
})

t.test('the first example of the documented operation retrieves the record unchanged, and the second changes it', async t => {
  const call = await build(t)
  const documented = readFileSync('test/resources/documented-customer.json', 'utf8')
  for (const path of ['/topology/customers/{id}', '/topology/lcCustomers/{id}']) {
    const { parameters, requestBody } = document.paths[path]?.put as Operation
    const { schema, example } = requestBody?.content['application/json'] as { schema: { $ref: string }, example: object }
    const examples = document.components.schemas[schema.$ref.split('/').at(-1) as string]?.examples as object[]
    const url = `/ovoc/v1${path.replace('{id}', String(parameters[0]?.example))}`
    t.same((await call(url, { method: 'PUT', body: example })).body, JSON.parse(documented))
    t.same((await call(url)).body, JSON.parse(documented))
    t.strictNotSame((await call(url, { method: 'PUT', body: examples[1] })).body, JSON.parse(documented))
    await call(url, { method: 'PUT', body: JSON.parse(documented) })
  }
})

t.test('the server returns the example of every error and accepts the example of every filter', async t => {
  const call = await build(t)
  const document = (await call('/openapi.json')).body
  let errors = 0
  let filters = 0
  for (const [path, item] of Object.entries<any>(document.paths)) {
    for (const [method, { parameters = [], requestBody, responses }] of Object.entries<any>(item)) {
      const url = (id: string) => `/ovoc/v1${path.replace('{id}', id)}`
      for (const [status, { content }] of Object.entries<any>(responses)) {
        const example = content?.['application/json'].example
        if (Number(status) < 400 || example === undefined) continue
        const isOfId = ['400', '404'].includes(status)
        const asked = isOfId ? {} : { headers: { prefer: `code=${status}` } }
        const answer = await call(url(status === '400' ? 'x' : '1'), {
          method: method.toUpperCase(), ...asked, ...requestBody?.required && { body: {} }
        })
        t.same([answer.status, answer.body], [Number(status), example], `${method} ${path} ${status}`)
        errors++
      }
      const filter = parameters.find(({ name }: { name: string }) => name === 'filter')
      for (const { value } of Object.values<any>(filter?.examples ?? {})) {
        t.equal((await call(`${url('1')}?filter=${encodeURIComponent(value)}`)).status, value === '' ? 400 : 200)
        filters++
      }
    }
  }
  t.ok(errors > 60 && filters > 20, `${errors} errors, ${filters} filters`)
})

t.test('the first example of a body is also beside its schema, where every tool looks for it', async t => {
  for (const api of ['openapi', 'control']) {
    const { paths, components }: Document = JSON.parse(committed(`${api}.json`))
    const bodies = Object.values(paths).flatMap(item => Object.values(item).map(({ requestBody }) => requestBody?.content['application/json'] as { schema: { $ref: string }, example?: unknown }))
    const shown = bodies.filter(body => body !== undefined).map(({ schema: { $ref }, example }) => ({ $ref, example }))
    t.same(shown, shown.map(({ $ref }) => ({ $ref, example: components.schemas[$ref.split('/').at(-1) as string]?.examples?.[0] })))
    t.ok(shown.filter(({ example }) => example !== undefined).length >= 5, api)
  }
})

t.test('docs/operations.md has the table that fidelity prints, and the files that it names test each operation', async t => {
  const table = (await run(t, ['fidelity'])).stdout
  t.ok(readFileSync('docs/operations.md', 'utf8').includes(`<!-- fidelity -->\n\n${table.replaceAll('](test/', '](../test/')}\n<!-- /fidelity -->`))
  const rows = [...table.matchAll(/^\| `([A-Z]+) ([^`]+)` \| `(\w+)` \| (\w+) \| .+ \| \[\w+\]\((.+)\) \|$/gm)]
  const promised = rows.map(([, method, path, operationId, level]) => `${method} ${path} ${operationId} ${level}`)
  t.same(promised, operations.map(({ method, path, operationId, 'x-evidence': { level } }) => `${method.toUpperCase()} ${path} ${operationId} ${level}`))
  for (const [, , , operationId, , file] of rows) {
    const tag = operations.find(operation => operation.operationId === operationId)?.tags[0]
    t.match(readFileSync(file as string, 'utf8'), `assertAllSucceeded(t, '${tag}')`, `${file} calls every operation of ${tag}`)
  }
})

t.test('the table that fidelity prints has every path of Entra ID, with a test that calls it', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  const registered = new Set(routesIn(app.printRoutes({ commonPrefix: false })).filter(route => route.includes(' /:tenant/')).map(route => route.split(' ')[1]))
  const rows = [...(await fidelityTable()).matchAll(/^\| `[A-Z]+ (\/\{tenant\}\S+)` \| +\| [a-z ]+ \| .+ \| \[\w+\]\((.+)\) \|$/gm)]
  t.same(rows.map(([, path]) => path?.replace('{tenant}', ':tenant')).sort(), [...registered].sort())
  for (const [, path, file] of rows) t.match(readFileSync(file as string, 'utf8'), path?.split('/v2.0/').at(-1), `${file} ${path}`)
})

t.test('every route under the base path of OVOC is an operation of the document', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  const registered = routesIn(app.printRoutes({ commonPrefix: false })).filter(route => route.includes(' /ovoc/'))
  t.same(registered.sort(), operations.map(({ method, path }) => `${method.toUpperCase()} /ovoc/v1${path.replace('{id}', ':id')}`).sort())
})

/** Returns the routes of a printed tree. The line of a child is indented by four and has only the rest of its path. */
function routesIn (tree: string): string[] {
  const parents: string[] = []
  return [...tree.matchAll(/^([│ ]*)[├└]── (\S+) \((.+)\)$/gm)].flatMap(([, indent = '', part = '', methods = '']) => {
    const depth = indent.length / 4
    parents[depth] = `${parents[depth - 1] ?? ''}${part}`
    return methods.split(', ').filter(method => method !== 'HEAD').map(method => `${method} ${parents[depth]}`)
  })
}
