import type { AnySchemaObject, ErrorObject } from 'ajv'
import { cutName, describeProblem, describeProblems, suggest } from '../schema/describe-problems.ts'

/** As of any data, but a parameter goes by its name, and one that is called as a field that can be filtered on gets that filter shown. */
export function describeQueryProblems (errors: ErrorObject[]): string[] {
  return describeProblems(errors, error => error.keyword === 'additionalProperties' ? describeUnknown(error) : describeProblem(error).slice(1))
}

function describeUnknown ({ params: { additionalProperty: name }, parentSchema, data }: ErrorObject): string {
  const { properties, 'x-filterable': filterable = [] } = parentSchema as AnySchemaObject
  const advice = filterable.includes(name) ? adviseFilter(name, (data as Record<string, unknown>)[name]) : suggest(name, Object.keys(properties))
  return `${cutName(name)} is not a known parameter${advice}`
}

function adviseFilter (field: string, value: unknown): string {
  const isShown = typeof value === 'string' && value.length <= 80 && !value.includes("'")
  return `; to compare that field, ask for filter=(${field}='${isShown ? value : '…'}')`
}
