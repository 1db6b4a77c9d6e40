import type { Rule } from './rule.ts'

const match = { path: '/ovoc/*' }

/** Named sets of rules: each makes an OVOC fail in a realistic way. They do not affect requests for tokens. */
export const presets = {
  outage: [
    { match, status: 503, headers: { 'Retry-After': '30' }, body: { description: 'the service is not available' } }
  ],
  slow: [
    { match, delay: { from: 400, to: 1200 } },
    { match, delay: { from: 1700, to: 3000 }, probability: 0.0625 }
  ],
  flaky: [
    {
      match,
      status: 503,
      headers: { 'Retry-After': '1' },
      body: { description: 'the service is not available for the moment' },
      probability: 0.1
    },
    { match, break: 'reset', probability: 0.05 }
  ],
  'rate-limited': [{ match, rateLimit: { requests: 60, seconds: 60 } }]
} as const satisfies Record<string, readonly Rule[]>

export type PresetName = keyof typeof presets

export const presetNames = Object.keys(presets) as PresetName[]
