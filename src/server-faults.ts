import { readFileSync } from 'node:fs'
import { withMatchFaults } from './control/match-faults.ts'
import { OptionFaults } from './options.ts'
import type { Options } from './options.ts'
import type { Catalogue } from './protocol/catalogue.ts'
import { FaultRuleSchema, ruleFaults } from './sandbox/fault-rule.ts'
import type { FaultRule } from './sandbox/fault-rule.ts'
import { MatchSchema } from './sandbox/match.ts'
import { presetNames, presets } from './sandbox/presets.ts'
import type { PresetName } from './sandbox/presets.ts'
import { describeFaults, suggest } from './schema/describe-faults.ts'
import { nestingFaults } from './schema/nesting.ts'
import { parseJson } from './schema/parse-json.ts'
import { validatorsWith } from './schema/validators.ts'

/** The fault rules that every sandbox begins with. */
export interface ServerFaults {
  rules: FaultRule[]
  /** @throws {OptionFaults} that name file, rule and field of all that is wrong. */
  check (catalogue: Catalogue): void
}

/** Reads the rules of the options `delay` and `fault`; they are to be checked as soon as the operations that they may name are known. */
export function readServerFaults ({ delay, fault }: Options): ServerFaults {
  const checked = fault.length === 0 ? [] : checkShapes(fault.flatMap(readPresetOrFile))
  const always = delay === 0 ? [] : [{ match: { path: '/ovoc/*' }, delay }]
  return {
    rules: [...always, ...checked.filter(({ faults }) => faults.length === 0).map(({ rule }) => rule)],
    check: catalogue => refuse(checked.flatMap(({ name, rule, faults }) => {
      return withMatchFaults(faults, (rule as FaultRule | null | undefined)?.match, catalogue).map(each => `${name}: ${each}`)
    }))
  }
}

interface Checked { name: string, rule: FaultRule, faults: string[] }

function checkShapes (read: Read[]): Checked[] {
  const validate = validatorsWith([MatchSchema])<FaultRule>(FaultRuleSchema)
  const wrongOf = (rule: unknown) => validate(rule) ? [...nestingFaults(rule), ...ruleFaults(rule)] : describeFaults(validate.errors)
  return read.map(({ name, rule, fault }) => ({ name, rule: rule as FaultRule, faults: fault === undefined ? wrongOf(rule) : [fault] }))
}

function refuse (faults: string[]): void {
  if (faults.length > 0) throw new OptionFaults(faults.join('\n'))
}

interface Read { name: string, rule?: unknown, fault?: string }

function readPresetOrFile (name: string): Read[] {
  if (Object.hasOwn(presets, name)) return presets[name as PresetName].map(rule => ({ name, rule }))
  try {
    const content = parseJson(readFileSync(name, 'utf8'))
    return [content].flat().map((rule, index) => ({ name: `the fault file ${name}: rule ${index + 1}`, rule }))
  } catch (error) {
    return [{ name: `the fault file ${name}`, fault: whyUnread(name, error as NodeJS.ErrnoException) }]
  }
}

function whyUnread (name: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === undefined) return `it is not JSON: ${message}`
  return `it can't be read (${message}), and no preset is called so${suggest(name, presetNames)}`
}
