import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const answer = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const documented = JSON.parse(readFileSync('test/resources/documented-customer.json', 'utf8'))

// As text, because the order of the keys counts.
assert.equal(JSON.stringify(answer), JSON.stringify(documented))
console.log(`the answer is the documented record: ${Object.keys(answer).length} fields in the documented order`)
