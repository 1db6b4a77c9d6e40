import { bytesOf } from './request.js'

const waysToChange = { whole: 30, pieces: 3, chunked: 3, closing: 1, ahead: 3 }
const ways = { ...waysToChange, halfClosed: 1 }

/** The name of one of the ways in which a client may send a request. */
export function wayOf ({ operation, method, isTooLong }, chance) {
  return operation?.id === 'streamRequests' && !isTooLong ? 'stream' : chance.weighted(method === 'GET' ? ways : waysToChange)
}

/**
 * Sends a request in its way.
 * @param next a request that may be sent before the first is answered.
 * @returns the answers to both; undefined where the connection was closed before it, or the second was not sent.
 */
export function deliver (request, chance, connection, next) {
  return deliveries[request.way](request, chance, connection, next)
}

const deliveries = {
  whole (request, _, connection) {
    return connection.exchange([bytesOf(request)], [request.method])
  },

  pieces (request, chance, connection) {
    return connection.exchange(pieces(bytesOf(request), chance), [request.method], { pause: chance.whole(0, 2) })
  },

  chunked (request, _, connection) {
    return connection.exchange([bytesOf(request, true)], [request.method])
  },

  closing (request, _, connection) {
    return connection.exchange([bytesOf({ ...request, headers: [...request.headers, ['Connection', 'close']] })], [request.method])
  },

  // The server takes a client that says that it sends no more for one that has left; it may answer, and what it does must change nothing.
  async halfClosed (request, _, connection) {
    const answers = await connection.exchange([bytesOf(request)], [request.method], { endsAfter: 0 })
    connection.destroy()
    return answers
  },

  ahead (request, _, connection, next) {
    return connection.exchange([Buffer.concat([bytesOf(request), bytesOf(next)])], [request.method, next.method])
  },

  // The stream has no end, so its head and its first sign are all.
  async stream (request, _, connection) {
    const answers = await connection.exchange([bytesOf(request)], ['HEAD'])
    connection.destroy()
    return answers
  }
}

function pieces (bytes, chance) {
  const cuts = Array.from({ length: chance.whole(1, 5) }, () => chance.whole(0, bytes.length)).sort((one, other) => one - other)
  return [0, ...cuts].map((cut, index) => bytes.subarray(cut, cuts[index]))
}
