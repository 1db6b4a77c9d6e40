#!/usr/bin/env node
import type { Invocation } from './command/command-line.ts'

// The first process of a container ignores signals without a handler.
// So these handlers come before everything that takes time.
for (const [signal, number] of [['SIGINT', 2], ['SIGTERM', 15]] as const) {
  process.once(signal, () => process.exit(128 + number))
}
const { complaintAbout, readCommandLine, unknownVariables } = await import('./command/command-line.ts')

/** Loads a command only if it runs: a health check must not cost as much as a server. */
async function run (invocation: Invocation): Promise<void> {
  switch (invocation.command) {
    case 'help': {
      const { helpText } = await import('./command/help.ts')
      return print(helpText())
    }
    case 'version': {
      const { version } = await import('./package.ts')
      return print(`${version}\n`)
    }
    case 'serve': {
      const { serve } = await import('./command/serve.ts')
      return serve(invocation.options)
    }
    case 'generate': {
      const { generate } = await import('./command/generate.ts')
      return generate(invocation.operands[0] as string, invocation.options)
    }
    case 'health': {
      const { askHealth } = await import('./command/ask-health.ts')
      return print(`${await askHealth(invocation.options, invocation.isTold)}\n`)
    }
    case 'openapi': {
      const { openapiDocument } = await import('./document/documentation-routes.ts')
      return print(await openapiDocument(invocation.options.format, invocation.options.api))
    }
    case 'fidelity': {
      const { fidelityTable } = await import('./command/fidelity.ts')
      return print(await fidelityTable())
    }
  }
}

function print (text: string): void {
  process.stdout.write(text)
}

// If a reader such as `head` has seen enough, that is no failure. The server goes on.
function fail (error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  const { text, exitCode } = complaintAbout(error)
  process.stderr.write(text)
  process.exitCode = exitCode
}

process.stdout.on('error', fail)
try {
  for (const name of unknownVariables(process.env)) {
    process.stderr.write(`ovoc-mock: the variable ${name} is not an option and was ignored\n`)
  }
  await run(await readCommandLine(process.argv.slice(2), process.env))
} catch (error) {
  fail(error as NodeJS.ErrnoException)
}
