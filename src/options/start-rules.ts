import { readFileSync } from 'node:fs'
import { matchProblems } from '../control/match-problems.ts'
import { OptionProblems } from './options.ts'
import type { Options } from './options.ts'
import type { Catalogue } from '../protocol/catalogue.ts'
import { RuleSchema, ruleProblems } from '../sandbox/rule.ts'
import type { Rule } from '../sandbox/rule.ts'
import { MatchSchema } from '../sandbox/match.ts'
import { presetNames, presets } from '../sandbox/presets.ts'
import type { PresetName } from '../sandbox/presets.ts'
import { describeProblems, suggest, nestingProblems } from '../schema/describe-problems.ts'
import { parseJson } from '../schema/parse-json.ts'
import { validatorsWith } from '../schema/validators.ts'

/** The rules that every sandbox begins with. */
export interface StartRules {
  rules: Rule[]
  /** @throws {OptionProblems} that name file, rule and field of all that is wrong. */
  check (catalogue: Catalogue): void
}

/**
 * Reads the rules of the options `delay` and `rule`; they are to be checked as soon as the operations that they may
 * name are known.
 */
export function readStartRules ({ delay, rule }: Options): StartRules {
  const checked = rule.length === 0 ? [] : checkShapes(rule.flatMap(readPresetOrFile))
  const always = delay === 0 ? [] : [{ match: { path: '/ovoc/*' }, delay }]
  return {
    rules: [...always, ...checked.filter(({ problems }) => problems.length === 0).map(({ rule }) => rule)],
    check: catalogue => refuse(checked.flatMap(({ name, rule, problems }) => {
      const ofMatch = matchProblems((rule as Rule | null | undefined)?.match, catalogue, problems)
      return [...problems, ...ofMatch].map(each => `${name}: ${each}`)
    }))
  }
}

interface Checked { name: string, rule: Rule, problems: string[] }

function checkShapes (read: Read[]): Checked[] {
  const validate = validatorsWith([MatchSchema])<Rule>(RuleSchema)
  const wrongOf = (rule: unknown) =>
    validate(rule) ? [...nestingProblems(rule), ...ruleProblems(rule)] : describeProblems(validate.errors)
  return read.map(({ name, rule, problem }) => ({
    name,
    rule: rule as Rule,
    problems: problem === undefined ? wrongOf(rule) : [problem]
  }))
}

function refuse (problems: string[]): void {
  if (problems.length > 0) throw new OptionProblems(problems.join('\n'))
}

interface Read { name: string, rule?: unknown, problem?: string }

function readPresetOrFile (name: string): Read[] {
  if (Object.hasOwn(presets, name)) return presets[name as PresetName].map(rule => ({ name, rule }))
  try {
    const content = parseJson(readFileSync(name, 'utf8'))
    return [content].flat().map((rule, index) => ({ name: `the rule file ${name}: rule ${index + 1}`, rule }))
  } catch (error) {
    return [{ name: `the rule file ${name}`, problem: whyUnread(name, error as NodeJS.ErrnoException) }]
  }
}

function whyUnread (name: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === undefined) return `it is not JSON: ${message}`
  return `it can't be read (${message}), and no preset is called so${suggest(name, presetNames)}`
}
