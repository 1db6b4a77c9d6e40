import { problemsOfGivenRule } from '../control/match-problems.ts'
import { readRegularFile } from '../dataset/fixture-source.ts'
import { OptionProblems } from './options.ts'
import type { Options } from './options.ts'
import type { Catalogue } from '../protocol/catalogue.ts'
import type { Rule } from '../sandbox/rule.ts'
import { presetNames, presets } from '../sandbox/presets.ts'
import type { PresetName } from '../sandbox/presets.ts'
import { suggest } from '../schema/describe-problems.ts'
import { parseJson } from '../schema/parse-json.ts'

/**
 * Reads the rules that every sandbox begins with: those of the options `delay` and `rule`, and those that a program
 * passes as values. Call `check` once the operations are known, and before any rule is used. It throws OptionProblems
 * that name file, rule and field of every problem.
 */
export function readStartRules ({ delay, rule }: Options, values: readonly Rule[]) {
  const always: Rule[] = delay === 0 ? [] : [{ match: { path: '/ovoc/*' }, delay }]
  const given: Read[] = values.map((rule, index) => ({ name: `option rules: rule ${index + 1}`, rule }))
  const read = [...rule.flatMap(readPresetOrFile), ...given]
  return {
    rules: [...always, ...read.map(({ rule }) => rule as Rule)],
    check (catalogue: Catalogue): void {
      const all = read.flatMap(({ name, rule, problem }) => {
        const problems = problem === undefined ? problemsOfGivenRule(rule, catalogue) : [problem]
        return problems.map(each => `${name}: ${each}`)
      })
      if (all.length > 0) throw new OptionProblems(all.join('\n'))
    }
  }
}

interface Read { name: string, rule?: unknown, problem?: string }

function readPresetOrFile (name: string): Read[] {
  if (Object.hasOwn(presets, name)) return presets[name as PresetName].map(rule => ({ name, rule }))
  try {
    const content = parseJson(readRegularFile(name).toString())
    return [content].flat().map((rule, index) => ({ name: `the rule file ${name}: rule ${index + 1}`, rule }))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const problem = code === undefined
      ? `it is ${message}`
      : `it can't be read (${message}), and no preset has this name${suggest(name, presetNames)}`
    return [{ name: `the rule file ${name}`, problem }]
  }
}
