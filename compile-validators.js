import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import standalone from 'ajv/dist/standalone/index.js'

const collector = `
  export { buildApp } from './src/app.ts'
  export { schemaErrors } from './src/dataset/resource.ts'
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
 * Compiles each schema of the simulator into a CommonJS file whose name is the schema's key. Servers then neither load Ajv nor wait for it.
 * To find the schemas, it starts a server in which `validatorOf` only notes what it is asked for.
 * @returns esbuild's list of what is in the files.
 */
export async function compileValidators (folder) {
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
  const { buildApp, schemaErrors, resources, strictAjv, keyOf, asked } = await import(pathToFileURL(server))
  const app = await buildApp()
  await app.ready()
  await app.close()
  for (const resource of resources) schemaErrors(resource, {}, 'refuse')
  rmSync(server)

  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const files = new Map(asked.map(([schema, named]) => [join(folder, `${keyOf(schema, named)}.cjs`), { schema, named }]))
  for (const [file, { schema, named }] of files) {
    const ajv = strictAjv(named)
    writeFileSync(file, standalone.default(ajv, ajv.compile(schema)))
  }
  const { metafile } = await build({
    entryPoints: [...files.keys()],
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    allowOverwrite: true,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.20',
    metafile: true,
    logLevel: 'warning'
  })
  return metafile
}
