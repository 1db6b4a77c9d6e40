// Checks what the YAML of the examples names against the Dockerfile and the package.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { OptionsSchema } from 'ovoc-mock'
import { parse } from 'yaml'

const [repository] = process.argv.slice(2)
const read = file => readFileSync(`${repository}/${file}`, 'utf8')
const dockerfile = read('Dockerfile')
const [, port] = /^EXPOSE (\d+)$/m.exec(dockerfile)
const [, health] = /^HEALTHCHECK .*CMD (\[.*\])$/m.exec(dockerfile)
const variables = Object.keys(OptionsSchema.properties).map(name => `OVOC_MOCK_${name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`)
for (const [name] of dockerfile.matchAll(/OVOC_MOCK_\w+(?==)/g)) assert.ok(variables.includes(name), `${name} of the Dockerfile is an option's variable`)

const { services: { ovoc, tests } } = parse(read('examples/compose/compose.yaml'))
assert.ok(existsSync(`${repository}/examples/compose/${ovoc.build}/Dockerfile`), 'compose builds what has a Dockerfile')
assert.equal(ovoc.image, 'ovoc-mock')
assert.deepEqual(ovoc.healthcheck.test, ['CMD', ...JSON.parse(health)])
assert.ok(ovoc.ports.every(mapping => mapping.endsWith(`:${port}`)))
assertServed(ovoc.environment, tests.environment, `http://ovoc:${port}`)
assert.deepEqual(tests.depends_on, { ovoc: { condition: 'service_healthy' } })
assert.ok(tests.volumes.includes(`../..:${tests.working_dir.replace('/examples/compose', '')}:ro`))

const { jobs: { test } } = parse(read('examples/github-actions/test.yml'))
assert.match(test.services.ovoc.image, /\/ovoc-mock$/)
assert.deepEqual(test.services.ovoc.ports, [`${port}:${port}`])
assertServed(test.services.ovoc.env, test.steps.at(-1).env, `http://127.0.0.1:${port}`)
assert.ok(test.steps.every(step => 'uses' in step !== 'run' in step))

function assertServed (ofServer, ofTests, url) {
  for (const name of Object.keys(ofServer)) assert.ok(variables.includes(name), `${name} is an option's variable`)
  assert.deepEqual(ofTests, { OVOC_URL: url, OVOC_ADMIN_TOKEN: ofServer.OVOC_MOCK_ADMIN_TOKEN })
}
