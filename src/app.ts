import fastify from 'fastify'
import type { FastifyHttpOptions, RawServerDefault } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Rule } from './client/rules-client.ts'
import type { FixtureSet } from './client/sandbox-client.ts'
import { guardControl } from './control/access.ts'
import { ServedFixtures } from './control/fixture-routes.ts'
import { registerControl } from './control/index.ts'
import { makeCertificate } from './connection/certificate.ts'
import type { Certificate } from './connection/certificate.ts'
import { SpelledResponse } from './connection/header-spelling.ts'
import { handleClientError } from './connection/parser-errors.ts'
import { handlePipelining } from './connection/pipelining.ts'
import { closeWithinGrace } from './connection/closing.ts'
import { batchResponses } from './connection/response-batching.ts'
import { Dataset } from './dataset/dataset.ts'
import { implyRecords, readBundledFixtures, readFixtures } from './dataset/read-fixtures.ts'
import { loadFaker } from './dataset/seeded-faker.ts'
import { stateOfFiles, watchFixtures } from './dataset/watch-fixtures.ts'
import { documentationRoutes } from './document/documentation-routes.ts'
import { entraRoutes } from './entra/entra-routes.ts'
import { Tokens } from './entra/tokens.ts'
import { logReload, logging } from './log.ts'
import { OptionProblems, completeOwnOptions } from './options/options.ts'
import type { Options, OwnOptions } from './options/options.ts'
import { maxBody, readJsonBodies } from './protocol/body.ts'
import { allowBrowsers } from './protocol/cors.ts'
import { checkCredentials } from './protocol/credentials.ts'
import { stripBasePath } from './protocol/base-paths.ts'
import { enterSandboxes } from './protocol/enter-sandbox.ts'
import { DelayedResponses, applyRules } from './protocol/apply-rules.ts'
import { keepJournal, noteArrivals } from './protocol/keep-journal.ts'
import { sendErrors } from './protocol/error-responses.ts'
import type { OvocApp } from './protocol/operations.ts'
import { buildSerializerOfPrograms, serialiseOnceConnected, serialiserWith } from './protocol/serialisation.ts'
import { refuseUnrouted } from './protocol/unrouted.ts'
import { buildValidator, buildValidatorOfPrograms, keepSchemas, refuseInvalid } from './protocol/validation.ts'
import { notSimulated, registerOperations, resources } from './resources/index.ts'
import { runInTurns } from './sandbox/clock.ts'
import { Sandboxes } from './sandbox/sandboxes.ts'
import { Accounts } from './schema/accounts.ts'
import { readStartRules } from './options/start-rules.ts'
import { readCertificate, readTokenKey } from './options/key-files.ts'
import { version } from './package.ts'

/*
 * The life of a request. Hooks run in this order. A test compares the list with the hooks of a server, also those of
 * its end. Sockets, TLS and bytes that are not HTTP come before, and pipelining goes on beside: see connection/.
 *
 * rewriteUrl     protocol/base-paths.ts           the path loses its sandbox and base path
 * onRequest      protocol/cors.ts                 a browser may read the response; a preflight ends here
 * onRequest      protocol/keep-journal.ts         its time of arrival is noted
 * onRequest      control/access.ts                /__admin: ends here if the caller may not control the server
 * onRequest      protocol/credentials.ts          OVOC's paths: ends here with wrong credentials
 * onRequest      protocol/enter-sandbox.ts        gets its sandbox, opened if needed; the first request waits for faker
 * onRequest      protocol/body.ts                 ends here with an unknown transfer coding; a long body waits in line
 * body           protocol/body.ts                 the body is read; what is wrong with it is noted
 * preValidation  protocol/apply-rules.ts          preferences and rules respond, delay or break
 * preValidation  protocol/unrouted.ts             ends here if path or method is unknown, or the body is wrong
 * preValidation  entra/entra-routes.ts            Entra's paths: ends here if the tenant is not valid
 * validation     protocol/validation.ts           path, query and body are checked against their schemas
 * handler        resources/<resource>/routes.ts   reads and writes request.sandbox
 * error          protocol/error-responses.ts      an error that was thrown above becomes a response; for a body that
 *                                                 can't be read, rules come first. Entra has a format of its own
 * serialisation  protocol/serialisation.ts        the record becomes JSON; a long response waits for the connection
 * onSend         protocol/enter-sandbox.ts        Date follows its clock; a closing server adds Connection: close
 * onSend         protocol/apply-rules.ts          a rule may break the response
 * onSend         protocol/keep-journal.ts         request and response are recorded
 * onSend         connection/response-batching.ts  the response leaves together with others that are ready
 *
 * When the server closes:
 *
 * preClose       app.ts                           what waits ends, as told below
 * (Fastify)                                       the listener and idle connections are closed
 * onClose        connection/listen.ts             the listeners of ::1 and of sandbox ports end
 * onClose        app.ts                           watching of fixtures ends
 *
 * - A request under way is finished and says Connection: close. It is no longer recorded.
 * - A delayed response is sent at once. A response that is ready is sent with its batch.
 * - A wait for requests is a 409, and a stream of requests ends.
 * - A new connection is destroyed. An idle one is served until everything that is ready has been sent, then closed.
 * - After 300 ms every connection that remains is destroyed, whether a body or a reader is too slow.
 * - Calls of a client in this process reject.
 */

/**
 * Builds the server without listening, for `inject` or a listener of your own. By default it logs only its own
 * failures.
 * @throws {OptionProblems} for wrong options, including the content of rule files.
 * @throws {FixtureProblems} for fixtures that can't be served.
 */
export async function buildApp (given?: MockOptions): Promise<OvocApp> {
  const { options, fixtures, rules: values } = completeOwnOptions(given)
  // Before the files are read: what is saved meanwhile is read again.
  const filesRead = await stateOfFiles(options.fixtures)
  const dataset = await openDataset(options, fixtures)
  const rules = readStartRules(options, values)
  const tokens = new Tokens(options, readTokenKey(options.tokenKey))
  const sandboxes = new Sandboxes(dataset, { ...options, rules: rules.rules })
  const delayed = new DelayedResponses()
  const app = createServer(options, dataset, await certificateOf(options))
  // Node itself would respond to an unknown `Expect` with an empty 417.
  app.server.on('checkExpectation', app.routing)
  handlePipelining(app.server)
  serialiseOnceConnected(app)
  app.decorateRequest('reason', '')
  app.setSchemaErrorFormatter(refuseInvalid)
  allowBrowsers(app, options.adminToken !== '')
  noteArrivals(app, options.journalEntries > 0)
  guardControl(app, options)
  checkCredentials(app, { auth: options.auth, users: new Accounts(options.user), tokens })
  enterSandboxes(app, sandboxes)
  readJsonBodies(app)
  const apply = applyRules(app, delayed)
  keepJournal(app, options.journalEntries > 0)
  const sendBatch = batchResponses(app)
  const drain = closeWithinGrace(app.server)
  app.addHook('preClose', async () => {
    sandboxes.close()
    delayed.close()
    sendBatch()
    await drain()
  })
  sendErrors(app, apply, refuseUnrouted(app, notSimulated))
  app.decorate('catalogue', await registerOperations(app))
  rules.check(app.catalogue)
  await entraRoutes(app, tokens, new Accounts(options.client), options.auth !== 'required')
  app.decorate('fixtures', new ServedFixtures(sandboxes, options.watch, {
    stateOfFiles: async () => typeof fixtures === 'string' ? stateOfFiles(fixtures) : undefined,
    filesRead,
    read: () => openDataset(options, fixtures)
  }))
  await registerControl(app, { version, seed: options.seed })
  documentationRoutes(app)
  // For the routes that a program adds.
  const compilersFactory = { buildValidator: buildValidatorOfPrograms, buildSerializer: buildSerializerOfPrograms }
  app.setSchemaController({ compilersFactory })
  if (options.watch) {
    const path = options.fixtures
    const end = watchFixtures(path, filesRead, async () => logReload(app.log, path, await app.fixtures.reload()))
    app.addHook('onClose', async () => end())
  }
  return app
}

/** The options of a server that a program starts: the options of the command, and records and rules as values. */
export type MockOptions = OwnOptions<FixtureSet, Rule>

async function openDataset (options: Options, given: string | object): Promise<Dataset> {
  const source = given === '' && !options.bundled ? Object.fromEntries(resources.map(({ name }) => [name, []])) : given
  const read = source === ''
    ? readBundledFixtures(resources)
    : await runInTurns(readFixtures(source, resources, options.unknownFields))
  const faker = options.unknownIds === 'generate' ? await loadFaker(options.seed) : undefined
  const fixtures = faker === undefined ? read : implyRecords(read, resources, faker)
  const dataset = new Dataset(resources, fixtures, options, faker)
  if (Number.isSafeInteger(dataset.nextId)) return dataset
  const reason = 'a fixture has so high an id that the generated ones would pass it'
  throw new OptionProblems(`option customers must leave ids up to 9007199254740991, but ${reason}`)
}

async function certificateOf ({ https, tlsCert, tlsKey, host }: Options): Promise<Certificate | undefined> {
  if (!https) return undefined
  return tlsCert === '' ? makeCertificate(host) : readCertificate(tlsCert, tlsKey)
}

// Node itself rejects longer request lines. The router's own limit would respond in another format.
const maxPathLength = 2 ** 30

type ServerOptions = FastifyHttpOptions<RawServerDefault>

function createServer (options: Options, dataset: Dataset, certificate: Certificate | undefined): OvocApp {
  return fastify({
    ...logging(options),
    bodyLimit: maxBody,
    return503OnClosing: false,
    clientErrorHandler: handleClientError,
    rewriteUrl: request => stripBasePath(request.url as string),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: maxPathLength },
    schemaController: {
      bucket: keepSchemas,
      compilersFactory: { buildValidator, buildSerializer: serialiserWith(record => dataset.textOf(record)) }
    },
    requestTimeout: options.requestTimeout * 1000,
    [certificate === undefined ? 'http' : 'https']: {
      ...certificate,
      headersTimeout: options.requestTimeout * 1000,
      handshakeTimeout: options.requestTimeout === 0 ? undefined : options.requestTimeout * 1000,
      // How often Node looks for requests that are late.
      connectionsCheckingInterval: Math.min(30_000, Math.max(100, options.requestTimeout * 250)),
      ServerResponse: SpelledResponse,
      requireHostHeader: false
    }
  } as ServerOptions).withTypeProvider<TypeBoxTypeProvider>()
}
