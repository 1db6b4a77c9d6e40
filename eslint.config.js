import neostandard, { resolveIgnoresFromGitignore } from 'neostandard'

/**
 * Which of our own files the files of a room may import; the last line that fits a file holds for it.
 * `*` is one name, `**` a path further down, the rest is a regular expression; `.ts` is left out.
 */
const rooms = {
  'src/**/*.ts': ['./*'],
  'src/schema/*.ts': ['./*', '../(node|package)'],
  'src/dataset/*.ts': ['./*', '../(node|package)', '../schema/*'],
  'src/sandbox/*.ts': ['./*', '../node', '../(dataset|schema)/*'],
  'src/protocol/*.ts': ['./*', '../(node|package)', '../(sandbox|dataset|schema)/*'],
  'src/entra/*.ts': ['./*', '../(protocol|sandbox|schema)/*'],
  'src/resources/*.ts': ['./*', '../(protocol|sandbox|dataset|schema)/*'],
  'src/resources/index.ts': ['./*', './*/*', '../(protocol|sandbox|dataset|schema)/*'],
  'src/resources/generate*.ts': ['./generate*', '../(dataset|schema)/*'],
  'src/resources/*/*.ts': ['./*', '../(?!index.ts)*', '../../(protocol|sandbox|dataset|schema)/*'],
  'src/resources/*/generate*.ts': ['./(?!routes.ts)*', '../generate*', '../../(dataset|schema)/*'],
  'src/resources/*/schema.ts': ['../../schema/*'],
  'src/control/*.ts': ['./*', '../(node|package|resources/index)', '../(protocol|sandbox|dataset|schema)/*'],
  'src/document/*.ts': ['./*', '../package', '../resources/index', '../(control|entra|protocol|sandbox|dataset|schema)/*'],
  'src/connection/*.ts': ['./*', '../node'],
  'src/options/*.ts': ['./*', '../(control|protocol|sandbox|dataset|schema)/*'],
  'src/client/*.ts': ['./*', '../resources/index', '../(control|protocol|sandbox|schema)/*'],
  'src/command/*.ts': ['./*', '../(start|log|package|resources/index)', '../options/*', '../document/*', '../(client|entra|dataset|schema)/*'],
  'src/*.ts': ['./(?!(cli|start|index).ts)*', './(?!resources|command)*/*', './resources/index'],
  'src/start.ts': ['./(?!(cli|index).ts)*', './(?!resources|command)*/*', './resources/index'],
  'src/index.ts': ['./(?!cli.ts)**'],
  'src/cli.ts': ['./(package|document/documentation-routes)', './command/*'],
  'test/**/*.ts': ['./**', '(../)+(?!src/)**', '(../)+src/index'],
  // A process for each wrong command line would take a third of the suite's time.
  'test/harness.ts': ['./**', '../src/(index|command/command-line)']
}

/** Of what the files of a room may import, what they may import types of only; written as a regular expression. */
const typesOnly = { 'src/client/*.ts': '^\\.\\./(?!protocol/base-paths|resources/index|schema/(?:parse-json|quote))' }

const signs = { '**': '([\\w-]+/)*[\\w.-]+', '*': '[\\w-]+', '.': '\\.' }
const clock = 'src/sandbox/clock.ts'
const clockMessage = `Only ${clock} asks the machine for the time or for chance.`
const clockSyntax = ['NewExpression[callee.name="Date"][arguments.length=0]', 'CallExpression[callee.name="Date"]']
  .map(selector => ({ selector, message: clockMessage }))
const fakerMessage = 'Only src/dataset makes a faker; elsewhere `import type` will do.'

export default [
  ...neostandard({ ts: true, noJsx: true, ignores: [...resolveIgnoresFromGitignore(), 'test/clients/ovoc.d.ts'] }),
  ...Object.entries(rooms).map(([files, allowed]) => room(files, allowed)),
  {
    // With verbatimModuleSyntax `import { type Faker }` would load the module after all.
    files: ['**/*.ts'],
    rules: { '@typescript-eslint/no-import-type-side-effects': 'error' }
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error',
        { object: 'Date', property: 'now', message: clockMessage },
        { object: 'Math', property: 'random', message: clockMessage }]
    }
  },
  { files: [clock], rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' } }
]

function room (files, allowed) {
  const foreign = foreignTo(files, allowed)
  const message = `Of our own files, ${files} may import ${allowed.join(', ')} only.`
  const makesFakers = files.startsWith('src/dataset/')
  return {
    files: [files],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [
          { regex: foreign, message },
          ...files in typesOnly ? [{ regex: typesOnly[files], allowTypeImports: true, message: `${files} may import types only from there.` }] : [],
          ...makesFakers ? [] : [{ regex: '^@faker-js/', allowTypeImports: true, message: fakerMessage }]
        ]
      }],
      'no-restricted-syntax': ['error',
        { selector: `ImportExpression[source.value=/${foreign.replaceAll('/', '\\/')}/]`, message },
        { selector: 'ImportExpression[source.type!="Literal"]', message: 'Only an import of a literal can be checked.' },
        { selector: 'TSImportType', message: 'Import types by name, at the top of the file.' },
        ...makesFakers ? [] : [{ selector: 'ImportExpression[source.value=/^@faker-js/]', message: fakerMessage }],
        ...files.startsWith('src/') ? clockSyntax : []
      ]
    }
  }
}

/** What begins like a file of ours and isn't allowed; from a schema, every package but typebox too. */
function foreignTo (files, allowed) {
  const paths = allowed.map(path => path.replace(/\*\*|[*.]/g, sign => signs[sign])).join('|')
  return files.endsWith('/schema.ts') ? `^(?!(typebox|(${paths})\\.ts)$)` : `^(?!(${paths})\\.ts$)([./#]|ovoc-mock)`
}
