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
  // Without a rule no validator is needed, which takes its time to be made.
  const validate = rule.length === 0 ? undefined : validatorsWith([MatchSchema])<Rule>(RuleSchema)
  const checked = rule.flatMap(readPresetOrFile).map(({ name, rule, problem }) => {
    if (problem !== undefined) return { name, rule: rule as Rule, problems: [problem] }
    const problems = validate?.(rule) === true
      ? [...nestingProblems(rule), ...ruleProblems(rule)]
      : describeProblems(validate?.errors)
    return { name, rule: rule as Rule, problems }
  })
  const always = delay === 0 ? [] : [{ match: { path: '/ovoc/*' }, delay }]
  return {
    rules: [...always, ...checked.filter(({ problems }) => problems.length === 0).map(({ rule }) => rule)],
    check: catalogue => {
      const all = checked.flatMap(({ name, rule, problems }) => {
        const ofMatch = matchProblems((rule as Rule | null | undefined)?.match, catalogue, problems)
        return [...problems, ...ofMatch].map(each => `${name}: ${each}`)
      })
      if (all.length > 0) throw new OptionProblems(all.join('\n'))
    }
  }
}

interface Read { name: string, rule?: unknown, problem?: string }

function readPresetOrFile (name: string): Read[] {
  if (Object.hasOwn(presets, name)) return presets[name as PresetName].map(rule => ({ name, rule }))
  try {
    const content = parseJson(readFileSync(name, 'utf8'))
    return [content].flat().map((rule, index) => ({ name: `the rule file ${name}: rule ${index + 1}`, rule }))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const problem = code === undefined
      ? `it is ${message}`
      : `it can't be read (${message}), and no preset is called so${suggest(name, presetNames)}`
    return [{ name: `the rule file ${name}`, problem }]
  }
}
