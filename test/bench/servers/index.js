import { bareNode } from './bare-node.js'
import { fastify, fastifyDocs } from './fastify.js'
import { jsonServer } from './json-server.js'
import { mockoon } from './mockoon.js'
import { mockserver } from './mockserver.js'
import { msw } from './msw.js'
import { openapiBackend } from './openapi-backend.js'
import { authRequired, logged, shipped } from './ovoc-mock.js'
import { prism } from './prism.js'
import { wiremock } from './wiremock.js'

/** What is measured on the same work, in the order of the table. Those with a package are peers. */
export const rows = [
  bareNode, fastify, fastifyDocs, shipped, logged, authRequired,
  prism, openapiBackend, mockoon, jsonServer, msw, wiremock, mockserver
]
