import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { OptionsSchema } from '../../src/index.ts'

const callsFile = resolve('src', 'calls.ts')
const members = ['OvocMock', 'MockOptions', 'RuleOrPreset', 'Match', 'Expectation', 'Filter']
const calls = `
import type { OvocMock } from './index.ts'
declare const ovoc: OvocMock
ovoc.requests.verify({ operation: '' })
ovoc.requests.list({ operation: '' })
ovoc.rules.add({ match: { operation: '' } })
ovoc.requests.wait({ operation: '
`
const types = `
import type { Match, MockOptions, OvocMock, RequestFilter } from './index.ts'
export interface Shown {
  OvocMock: OvocMock
  MockOptions: MockOptions
  RuleOrPreset: Parameters<OvocMock['rules']['add']>[0]
  Match: Match
  Expectation: Parameters<OvocMock['requests']['wait']>[0]
  Filter: RequestFilter
}
`

const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, resolve())
const typesFile = resolve('src', 'shown.ts')
const sources = new Map([[callsFile, calls], [typesFile, types]])
const service = ts.createLanguageService({
  ...ts.sys,
  useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
  getCompilationSettings: () => options,
  getScriptFileNames: () => [...sources.keys()],
  getScriptVersion: () => '1',
  getScriptSnapshot: name => ts.ScriptSnapshot.fromString(sources.get(name) ?? readFileSync(name, 'utf8')),
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  getCurrentDirectory: () => resolve()
})
const program = service.getProgram() as ts.Program
const checker = program.getTypeChecker()
const source = program.getSourceFile(typesFile) as ts.SourceFile
const shown = source.statements.find(ts.isInterfaceDeclaration) as ts.InterfaceDeclaration

/** Returns what an editor shows for each member of a type. For a union, it covers the members of all its types. */
function docsOf (type: ts.Type): Map<string, string> {
  const docs = new Map<string, string>()
  for (const part of type.isUnion() ? type.types : [type]) {
    for (const member of part.getProperties().filter(({ name }) => /^\w+$/.test(name) && !name.startsWith('__'))) {
      const doc = ts.displayPartsToString(member.getDocumentationComment(checker)).replace(/\s+/g, ' ')
      docs.set(member.name, docs.get(member.name) || doc)
    }
  }
  return docs
}

const typesByName = new Map(members.map(name => {
  const member = shown.members.find(({ name: each }) => each?.getText() === name) as ts.TypeElement
  return [name, checker.getTypeAtLocation(member)]
}))
const docsByName = (name: string) => docsOf(typesByName.get(name) as ts.Type)

interface Described { description?: string, default?: unknown }
const control = JSON.parse(readFileSync('openapi/control.json', 'utf8'))
const { schemas } = control.components
const parameters: Array<Described & { name: string }> = control.paths['/__admin/requests'].get.parameters

t.test('an editor shows the description and the default of each option', async t => {
  const docs = docsByName('MockOptions')
  // In a program, fixtures may be values, and some defaults differ.
  const own: Record<string, unknown> = { port: 0, logLevel: 'error' }
  for (const [name, { description, default: value }] of Object.entries<Described>(OptionsSchema.properties)) {
    if (name === 'fixtures') continue
    const usual = String(own[name] ?? value)
    t.equal(docs.get(name)?.startsWith(`${description}.${usual === '' ? '' : ` Default: ${usual}`}`), true, name)
  }
  t.same([...docs].filter(([, doc]) => doc === ''), [])
})

t.test('an editor shows the fields of rules and requests with the descriptions of the control document', async t => {
  const { match: _, ...counts } = schemas.Verification.properties
  const match = { ...schemas.Match.properties, status: schemas.RequestMatch.properties.status }
  const fields: Array<[type: string, fields: Record<string, Described>]> = [
    ['RuleOrPreset', { ...schemas.RuleCreation.properties, match: schemas.Match }],
    ['Match', schemas.Match.properties],
    ['Expectation', { ...match, ...counts, timeout: schemas.Wait.properties.timeout }],
    ['Filter', { ...match, since: parameters.find(({ name }) => name === 'since'), limit: parameters.find(({ name }) => name === 'limit') }]
  ]
  for (const [type, schema] of fields) {
    const docs = docsByName(type)
    for (const [name, { description }] of Object.entries(schema)) {
      t.equal(docs.get(name)?.startsWith(`${description}.`), true, `${type} ${name}: ${description}`)
    }
  }
})

t.test('an editor shows a sentence for each member of the handle and for each of its methods', async t => {
  const handle = typesByName.get('OvocMock') as ts.Type
  for (const [name, doc] of docsByName('OvocMock')) {
    const type = checker.getTypeOfSymbol(handle.getProperty(name) as ts.Symbol)
    if (name === 'app' || type.getCallSignatures().length > 0 || type.getProperties().length === 0) {
      t.match(doc, /\.$/, name)
      continue
    }
    // The methods of strings belong to JavaScript.
    if (type.flags & ts.TypeFlags.String) continue
    for (const [method, doc] of docsOf(type)) t.match(doc, /\.$/, `${name}.${method}`)
  }
})

t.test('an editor completes the name of an operation from left to right', async t => {
  for (const match of calls.matchAll(/operation: '/g)) {
    const completions = service.getCompletionsAtPosition(callsFile, match.index + match[0].length, {})
    t.ok(completions?.entries.some(({ name }) => name === 'verifyCustomer'), calls.slice(match.index - 30, match.index))
  }
})
