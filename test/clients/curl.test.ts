import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { reach } from '../harness.ts'

const run = promisify(execFile)

t.test('a shell script with curl and Basic credentials reads a customer, and gets a 401 for wrong ones', { skip: process.platform === 'win32' }, async t => {
  const url = await reach(t)
  const script = `
    set -eu
    curl --fail --silent --show-error -u acladmin:pass_1234 -X PUT "$0/ovoc/v1/topology/customers/85844" | grep -o '"name":"[^"]*"'
    curl --silent -o /dev/null -w '%{http_code}\\n' -u acladmin:wrong "$0/ovoc/v1/topology/customers/85844"
    curl --fail --silent --globoff -u acladmin:pass_1234 "$0/ovoc/v1/topology/lcCustomers?filter=(name='Brad984')&fields=id"
  `
  const { stdout } = await run('sh', ['-c', script, url])
  t.equal(stdout, '"name":"Brad984"\n401\n{"lcCustomers":[{"id":85844}]}')
})
