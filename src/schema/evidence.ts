/** What stands behind a simulated behaviour: a vendor page, a program that works against a real OVOC, or our own choice. */
export interface Evidence {
  level: 'documented' | 'observed' | 'assumed'
  source: string
}

/** A page of AudioCodes' API documentation says so. */
export const documented = (source: string): Evidence => ({ level: 'documented', source })

/** Programs that work against a real OVOC rely on it. */
export const observed = (source: string): Evidence => ({ level: 'observed', source })

/** Nobody public says; `source` tells by what analogy it was chosen. */
export const assumed = (source: string): Evidence => ({ level: 'assumed', source })
