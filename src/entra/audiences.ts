/**
 * Microsoft Graph, and Azure's management: every tenant has them, so a client that names the wrong scope gets a token, and learns at OVOC's door
 * that it is not for OVOC. Source: Microsoft, "Application IDs of commonly used Microsoft applications".
 */
const microsofts = ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000', 'https://management.azure.com', '797f4846-ba00-4fd7-ba43-dac1f8f63013']

const usual = /^(?:api:\/\/.+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

/** For what there are tokens, and which of these OVOC's doors accept. */
export class Audiences {
  readonly #named: readonly string[]

  /** @param named the accepted ones; when there are none, any `api://…` and any GUID is, but Microsoft's own. */
  constructor (named: readonly string[]) {
    this.#named = named
  }

  /** What is accepted, for a person. */
  get accepted (): string {
    return this.#named.length === 0 ? "any api://… and any GUID but Microsoft's own" : this.#named.map(name => `'${name}'`).join(', ')
  }

  accepts (audience: string): boolean {
    return this.#named.length === 0 ? usual.test(audience) && !isMicrosofts(audience) : this.#named.includes(audience)
  }

  /** Whether the tenants have an application of that name. */
  knows (audience: string): boolean {
    return this.accepts(audience) || isMicrosofts(audience)
  }
}

function isMicrosofts (audience: string): boolean {
  return microsofts.includes(audience.toLowerCase())
}
