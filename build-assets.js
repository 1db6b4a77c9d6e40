import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import standalone from 'ajv/dist/standalone/index.js'

const swaggerUi = 'node_modules/@fastify/swagger-ui'
const swaggerFiles = [
  'favicon-16x16.png', 'favicon-32x32.png', 'index.css', 'swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js'
]

const collector = `
  export { buildApp } from './src/app.ts'
  export { schemaErrors } from './src/dataset/resource.ts'
  export { openapiDocument, servedDocuments } from './src/document/documentation-routes.ts'
  export { resources } from './src/resources/index.ts'
  export { keyOf, strictAjv } from './src/schema/validators.ts'
  export { asked } from 'asked'`

const noteInstead = `
  export const asked = []
  export function validatorOf (schema, named = []) {
    asked.push([schema, named])
    return () => true
  }`

/**
 * Makes `folder`, which holds what the code beside it reads at run time:
 *
 * - `validators`: each schema, compiled into a CommonJS file whose name is the schema's key, so servers neither load Ajv nor wait for it
 * - `documents`: the texts of the OpenAPI documents, each at its path on the server
 * - `console` and `docs`: the files of the two pages
 *
 * @returns the paths of all files that are bundled or copied.
 */
export async function buildAssets (folder) {
  rmSync(folder, { recursive: true, force: true })
  const { buildApp, schemaErrors, resources, strictAjv, keyOf, asked, openapiDocument, servedDocuments } = await importCollector()

  // Starts a server that only notes which schemas it asks validators of.
  const app = await buildApp()
  await app.ready()
  await app.close()
  for (const resource of resources) schemaErrors(resource, {}, 'refuse')
  const validators = new Map(asked.map(([schema, named]) => {
    const ajv = strictAjv(named)
    return [join(folder, 'validators', `${keyOf(schema, named)}.cjs`), standalone.default(ajv, ajv.compile(schema))]
  }))
  for (const [file, code] of validators) write(file, code)
  const bundle = { bundle: true, minify: true, logLevel: 'warning' }
  const { metafile: ofValidators } = await build({
    ...bundle,
    metafile: true,
    entryPoints: [...validators.keys()],
    outdir: join(folder, 'validators'),
    outExtension: { '.js': '.cjs' },
    allowOverwrite: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.20'
  })

  for (const [path, of] of Object.entries(servedDocuments)) write(join(folder, 'documents', path), await openapiDocument(...of))

  await build({ ...bundle, entryPoints: ['src/console/main.ts'], outdir: join(folder, 'console'), format: 'esm', target: 'es2022' })
  for (const name of ['index.html', 'style.css']) write(join(folder, 'console', name), readFileSync(`src/console/${name}`))
  for (const name of ['index.html', 'initializer.js']) write(join(folder, 'docs', name), readFileSync(`src/document/${name}`))
  for (const name of swaggerFiles) write(join(folder, 'docs', name), readFileSync(join(swaggerUi, 'static', name)))
  return [...Object.keys(ofValidators.inputs), swaggerUi]
}

function write (file, content) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

async function importCollector () {
  const server = resolve('build', 'collector.js')
  await build({
    stdin: { contents: collector, resolveDir: '.' },
    outfile: server,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
    plugins: [{
      name: 'asked',
      setup (build) {
        build.onResolve({ filter: /^asked$|validators\.ts$/ }, ({ path, importer }) =>
          path === 'asked' || importer.startsWith(resolve('src')) ? { path: 'asked', namespace: 'asked' } : undefined)
        build.onLoad({ filter: /./, namespace: 'asked' }, () => ({ contents: noteInstead }))
      }
    }]
  })
  const collected = await import(pathToFileURL(server))
  rmSync(server)
  return collected
}
