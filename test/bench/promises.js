import { median, ratioByRound } from './median.js'

/**
 * By which part a noisy machine may miss a bound: what the same server, measured against itself in 3 rounds of 3 s on two cores
 * that had other work, stayed within seven times of eight.
 */
const noise = { rate: 0.15, p99: 0.25, time: 0.15 }

/** What the README promises: a value made of the figures of one section, and its bound. Where the margin is wide there is no tolerance. */
const promises = [
  {
    section: 'work',
    what: 'requests/s: ovoc-mock to stock Fastify',
    atLeast: 1,
    tolerance: noise.rate,
    of: rows => compare(rows, 'ovoc-mock', 'fastify', 'rate')
  },
  {
    section: 'work',
    what: 'requests/s: ovoc-mock to the best peer that validates',
    atLeast: 3,
    tolerance: 0,
    of: rows => compare(rows, 'ovoc-mock', bestValidatingPeer(rows), 'rate')
  },
  {
    section: 'work',
    what: 'requests/s: ovoc-mock to Prism',
    atLeast: 8,
    tolerance: 0,
    of: rows => compare(rows, 'ovoc-mock', 'prism', 'rate')
  },
  {
    section: 'work',
    what: 'p99: ovoc-mock to stock Fastify',
    atMost: 1.2,
    tolerance: noise.p99,
    of: rows => compare(rows, 'ovoc-mock', 'fastify', 'p99')
  },
  {
    section: 'work',
    what: 'SIGTERM to exit with open keep-alive connections, seconds',
    atMost: 0.5,
    tolerance: 0,
    of: rows => secondsToEnd(rows.find(({ name }) => name === 'ovoc-mock'))
  },
  {
    section: 'work',
    what: 'requests/s: ovoc-mock with a line of JSON for each into a pipe, to without',
    atLeast: 0.9,
    tolerance: noise.rate,
    of: rows => compare(rows, 'ovoc-mock-json', 'ovoc-mock', 'rate')
  },
  ...['version', 'help', 'wrong-flag', 'health'].map(name => ({
    section: 'processes',
    what: `processor time: ${name} to node --eval 0`,
    atMost: 2,
    tolerance: noise.time,
    of: rows => compare(rows, name, 'node', 'processor')
  })),
  {
    section: 'processes',
    what: "processor time: import 'ovoc-mock' to import 'fastify'",
    atMost: 1.5,
    tolerance: noise.time,
    of: rows => compare(rows, 'import-ovoc-mock', 'import-fastify', 'processor')
  },
  {
    section: 'restart',
    what: 'second and later start in a process to first response, to stock Fastify with one route',
    atMost: 1,
    tolerance: noise.time,
    of: ({ samples }) => median(samples.map(({ ours, stock }) => ours / stock))
  },
  {
    section: 'start',
    what: 'start to first 200: ovoc-mock to stock Fastify with one route and no document',
    atMost: 1.1,
    tolerance: noise.time,
    of: rows => compare(rows, 'ovoc-mock', 'fastify-plain', 'start')
  },
  {
    section: 'start',
    what: 'start to first 200: ovoc-mock to stock Fastify with docs page and fixtures',
    atMost: 1.25,
    tolerance: noise.time,
    of: rows => compare(rows, 'ovoc-mock', 'fastify-docs', 'start')
  },
  {
    section: 'start',
    what: 'start to first 200: --customers 1000000 to none',
    atMost: 1.1,
    tolerance: noise.time,
    of: rows => compare(rows, 'ovoc-mock-1000000', 'ovoc-mock', 'start')
  },
  {
    section: 'ids',
    what: 'requests/s: random ids of 1,000,000 customers to one id',
    atLeast: 0.5,
    tolerance: 0,
    of: ({ samples }) => median(samples.map(({ single, random }) => random / single))
  },
  {
    section: 'list',
    what: 'bytes/s: list of 10,000 customers to JSON.stringify of it',
    atLeast: 0.5,
    tolerance: 0,
    of: ({ samples }) => median(samples.map(({ http, stringify }) => http / stringify))
  },
  {
    section: 'filter',
    what: 'first filter over 100,000 customers by id, name, fqdn or ipAddress, processor milliseconds',
    atMost: 1000,
    tolerance: 0,
    of: ({ rows }) => Math.max(...rows.filter(({ field }) => ['id', 'name', 'fqdn', 'ipAddress'].includes(field)).map(({ firstProcessor }) => firstProcessor))
  },
  {
    section: 'filter',
    what: 'filter over 100,000 customers after the first, milliseconds',
    atMost: 30,
    tolerance: noise.time,
    of: ({ rows }) => Math.max(...rows.map(({ samples }) => median(samples)))
  },
  {
    section: 'filter',
    what: 'longest wait of another client during a first filter, as part of its time, processor milliseconds',
    atMost: 100,
    tolerance: 0,
    of: ({ rows }) => Math.max(...rows.map(({ longestTurn }) => longestTurn))
  },
  {
    section: 'sandboxes',
    what: 'request that opens a sandbox to one that does not',
    atMost: 2,
    tolerance: 0,
    of: ({ samples }) => median(samples.map(({ opening, plain }) => opening / plain))
  },
  {
    section: 'sandboxes',
    what: 'opening a sandbox in process, milliseconds',
    atMost: 0.1,
    tolerance: 0,
    of: ({ samples }) => median(samples.map(({ inProcess }) => inProcess))
  },
  {
    section: 'sandboxes',
    what: 'snapshot with 10,000 changed records, milliseconds',
    atMost: 5,
    tolerance: noise.time,
    of: ({ save }) => median(save)
  },
  {
    section: 'sandboxes',
    what: 'restore of 10,000 changed records, milliseconds',
    atMost: 5,
    tolerance: noise.time,
    of: ({ restore }) => median(restore)
  },
  {
    section: 'memory',
    what: 'memory: highest of the last third of the load to the highest before',
    atMost: 1.1,
    tolerance: 0,
    of: rows => growth(rows.find(({ name }) => name === 'ovoc-mock').memory)
  },
  {
    section: 'memory',
    what: 'memory in the last third of the load: ovoc-mock to stock Fastify',
    atMost: 1.5,
    tolerance: 0,
    of: ([stock, ours]) => median(lastThird(ours.memory)) / median(lastThird(stock.memory))
  }
]

/** Each promise with what was measured; `holds` is undefined where a row or section was left out. */
export function judge (sections) {
  return promises.filter(({ section }) => section in sections).map(({ of, ...promise }) => {
    const value = of(sections[promise.section])
    return { ...promise, value, holds: value === undefined ? undefined : isKept(promise, value) }
  })
}

function isKept ({ atLeast, atMost, tolerance }, value) {
  return atLeast === undefined ? value <= atMost * (1 + tolerance) : value >= atLeast * (1 - tolerance)
}

function compare (rows, ours, theirs, figure) {
  const [a, b] = [ours, theirs].map(wanted => rows.find(({ name, skipped }) => name === wanted && skipped === undefined))
  return a && b && ratioByRound(a.samples, b.samples, figure)
}

function bestValidatingPeer (rows) {
  const peers = rows.filter(({ isPeer, validates, skipped }) => isPeer && validates && skipped === undefined)
  return peers.sort((a, b) => b.median.rate - a.median.rate)[0]?.name
}

function secondsToEnd (row) {
  if (row === undefined) return undefined
  return Math.max(...row.samples.map(({ end }) => end)) / 1000
}

// Between collections memory goes up and down, so single readings say little.
function growth (memory) {
  const last = lastThird(memory)
  return Math.max(...last) / Math.max(...memory.slice(0, -last.length))
}

function lastThird (memory) {
  return memory.slice(-Math.floor(memory.length / 3))
}
