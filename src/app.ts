import fastify from 'fastify'
import type { FastifyHttpOptions, RawServerDefault } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Rule } from './client/rules-client.ts'
import type { FixtureSet } from './client/sandbox-client.ts'
import { guardControl } from './control/access.ts'
import { registerControl } from './control/index.ts'
import { makeCertificate, readCertificate } from './connection/certificate.ts'
import type { Certificate } from './connection/certificate.ts'
import { SpelledResponse } from './connection/header-spelling.ts'
import { handleClientError } from './connection/parser-errors.ts'
import { handlePipelining } from './connection/pipelining.ts'
import { closeWithinGrace } from './connection/closing.ts'
import { batchResponses } from './connection/response-batching.ts'
import { Dataset } from './dataset/dataset.ts'
import { implyRecords, readBundledFixtures, readFixtures } from './dataset/read-fixtures.ts'
import { loadFaker } from './dataset/seeded-faker.ts'
import { documentationRoutes } from './document/documentation-routes.ts'
import { entraRoutes } from './entra/entra-routes.ts'
import { Tokens } from './entra/tokens.ts'
import { logging } from './log.ts'
import { OptionProblems, completeOwnOptions } from './options/options.ts'
import type { Options, OwnOptions } from './options/options.ts'
import { largestBody, readJsonBodies } from './protocol/body.ts'
import { catalogueOf } from './protocol/catalogue.ts'
import { allowBrowsers } from './protocol/cors.ts'
import { checkCredentials } from './protocol/credentials.ts'
import { stripBasePath } from './protocol/base-paths.ts'
import { enterSandboxes } from './protocol/enter-sandbox.ts'
import { answerError } from './protocol/error-responses.ts'
import { DelayedResponses, applyRules } from './protocol/apply-rules.ts'
import { keepJournal, noteArrivals } from './protocol/keep-journal.ts'
import type { OvocApp } from './protocol/operations.ts'
import { serialiseInTurn, serialiserWith } from './protocol/serialisation.ts'
import { refuseUnrouted } from './protocol/unrouted.ts'
import { buildValidator, keepSchemas, refuseInvalid } from './protocol/validation.ts'
import { notSimulated, registerOperations, resources } from './resources/index.ts'
import { Sandboxes } from './sandbox/sandboxes.ts'
import { Accounts } from './schema/accounts.ts'
import { readStartRules } from './options/start-rules.ts'
import { readTokenKey } from './options/token-key.ts'
import { version } from './version.ts'

/*
 * The life of a request. Hooks run in this order; a test compares them with those of a server, preClose included.
 * Sockets, TLS, bytes that are not HTTP and pipelining come before it: connection/.
 *
 * rewriteUrl     protocol/base-paths.ts           the path loses its sandbox and base path
 * onRequest      protocol/cors.ts                 a browser may read the response; a preflight ends here
 * onRequest      protocol/keep-journal.ts         the instant of its arrival is kept
 * onRequest      control/access.ts                /__admin: a caller who may not control the server ends here
 * onRequest      protocol/credentials.ts          OVOC's paths: wrong credentials end here
 * onRequest      protocol/enter-sandbox.ts        it gets its sandbox, opened if need be; the first waits for faker
 * onRequest      protocol/apply-rules.ts          preferences and rules respond, delay or break
 * onRequest      protocol/unrouted.ts             an unknown path or method ends here
 * onRequest      entra/entra-routes.ts            Entra's paths: a tenant that can't be one ends here
 * body           protocol/body.ts                 only now the body is read
 * preValidation  protocol/apply-rules.ts          rules that match on the body
 * validation     protocol/validation.ts           schemas of path, query and body
 * handler        resources/<resource>/routes.ts   reads and writes request.sandbox
 * error          protocol/error-responses.ts      whatever was thrown since the beginning becomes a response
 * serialisation  protocol/serialisation.ts        the record becomes JSON; what may be long waits for the connection
 * onSend         protocol/enter-sandbox.ts        Date is by its clock; a closing server says Connection: close
 * onSend         protocol/apply-rules.ts          a rule spoils the response
 * onSend         protocol/keep-journal.ts         request and response are recorded
 * onSend         connection/response-batching.ts  it leaves together with others that are ready
 *
 * When the server closes:
 *
 * preClose       app.ts                           delayed responses and waits end, all that is ready is sent
 * onClose        connection/listen.ts             the listeners of ::1 and of sandboxes end
 */

/**
 * Builds the server without listening, for `inject` or a listener of one's own. Unless told otherwise it logs its own
 * failures only.
 * @throws {OptionProblems} for wrong options, the content of rule files included.
 * @throws {FixtureProblems} for a fixture folder that can't be served.
 */
export async function buildApp (given?: MockOptions): Promise<OvocApp> {
  const { options, fixtures, rules: values } = completeOwnOptions(given)
  const dataset = await openDataset(options, fixtures)
  const rules = readStartRules(options, values)
  const tokens = new Tokens(options, readTokenKey(options.tokenKey))
  const sandboxes = new Sandboxes(dataset, { ...options, rules: rules.rules })
  const delayed = new DelayedResponses()
  const app = createServer(options, dataset, await certificateOf(options))
  // Node itself would respond to an `Expect` that it does not know, with an empty 417.
  app.server.on('checkExpectation', app.routing)
  handlePipelining(app.server)
  serialiseInTurn(app)
  app.decorateRequest('reason', '')
  app.setErrorHandler(answerError)
  app.setSchemaErrorFormatter(refuseInvalid)
  readJsonBodies(app)
  allowBrowsers(app, options.adminToken !== '')
  noteArrivals(app, options.journalEntries > 0)
  guardControl(app, options)
  checkCredentials(app, {
    auth: options.auth,
    users: new Accounts(options.user),
    checkToken: (token, now) => tokens.check(token, now)
  })
  enterSandboxes(app, sandboxes)
  applyRules(app, delayed)
  keepJournal(app, options.journalEntries > 0)
  const sendBatch = batchResponses(app)
  const drain = closeWithinGrace(app.server)
  app.addHook('preClose', async () => {
    sandboxes.close()
    delayed.close()
    sendBatch()
    await drain()
  })
  refuseUnrouted(app, notSimulated)
  app.decorate('catalogue', catalogueOf(app))
  await registerOperations(app)
  rules.check(app.catalogue)
  await entraRoutes(app, tokens, new Accounts(options.client), options.auth !== 'required')
  app.decorate('readFixtures', () => openDataset(options, fixtures))
  await registerControl(app, { version, seed: options.seed })
  documentationRoutes(app)
  return app
}

/** The options of a server that a program starts: those of the command, and records and rules as values. */
export type MockOptions = Omit<OwnOptions, 'fixtures' | 'rules'> & {
  /** Records by resource, or the path of a folder or a file of them. Default: the bundled records. */
  fixtures?: string | FixtureSet | undefined
  /** Rules that every sandbox begins with, after those of the option `rule`. */
  rules?: readonly Rule[] | undefined
}

async function openDataset (options: Options, given: string | object): Promise<Dataset> {
  const source = given === '' && !options.bundled ? Object.fromEntries(resources.map(({ name }) => [name, []])) : given
  const read = source === '' ? readBundledFixtures(resources) : readFixtures(source, resources, options.unknownFields)
  const faker = options.unknownIds === 'generate' ? await loadFaker(options.seed) : undefined
  const fixtures = faker === undefined ? read : implyRecords(read, resources, faker)
  const dataset = new Dataset(resources, fixtures, options, faker)
  if (Number.isSafeInteger(dataset.nextId)) return dataset
  const reason = 'a fixture has so high an id that the generated ones would pass it'
  throw new OptionProblems(`option customers must leave ids up to 9007199254740991, but ${reason}`)
}

async function certificateOf ({ https, tlsCert, tlsKey, host }: Options): Promise<Certificate | undefined> {
  if (!https) return undefined
  if (tlsCert === '') return makeCertificate(host)
  try {
    return readCertificate(tlsCert, tlsKey)
  } catch (error) {
    throw new OptionProblems((error as Error).message)
  }
}

// Node refuses longer request lines itself; the router's own limit would answer in another shape.
const longestPath = 2 ** 30

type ServerOptions = FastifyHttpOptions<RawServerDefault>

function createServer (options: Options, dataset: Dataset, certificate: Certificate | undefined): OvocApp {
  return fastify({
    ...logging(options),
    bodyLimit: largestBody,
    return503OnClosing: false,
    clientErrorHandler: handleClientError,
    rewriteUrl: request => stripBasePath(request.url as string),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: longestPath },
    schemaController: {
      bucket: keepSchemas,
      compilersFactory: { buildValidator, buildSerializer: serialiserWith(record => dataset.textOf(record)) }
    },
    requestTimeout: options.requestTimeout * 1000,
    [certificate === undefined ? 'http' : 'https']: {
      ...certificate,
      headersTimeout: options.requestTimeout * 1000,
      // How often Node looks for requests that are late.
      connectionsCheckingInterval: Math.min(30_000, Math.max(100, options.requestTimeout * 250)),
      ServerResponse: SpelledResponse,
      requireHostHeader: false
    }
  } as ServerOptions).withTypeProvider<TypeBoxTypeProvider>()
}
