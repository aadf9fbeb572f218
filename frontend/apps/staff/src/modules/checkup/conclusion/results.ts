import type { ConclusionPage, Department, Result } from './contract'

export type ResultFilter = 'abnormal' | 'all' | 'changed' | 'undone'

/** A number counts as different from last time from this share on; below it is the spread of measuring. */
export const CHANGE_SHARE = 0.2

const NUMBER = /^-?\d+(\.\d+)?$/

export const isNumeric = (value: string): boolean => NUMBER.test(value.trim())

/** Different from the last visit: words differ, or a number by a fifth or more. Without a last visit: no. */
export function isChanged(result: Result): boolean {
  const before = result.previous.trim()
  const now = result.value.trim()
  if (!before || before === now) return false
  if (!isNumeric(before) || !isNumeric(now)) return true
  const base = Math.abs(Number(before))
  return base === 0 || Math.abs(Number(now) - Number(before)) / base >= CHANGE_SHARE
}

function matchesText(result: Result, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  return !wanted || [result.name, result.code, result.panel].some((one) => one.toLowerCase().includes(wanted))
}

export interface ResultGroup {
  department: Department
  results: Result[]
}

/** Departments in their order with the rows of a filter; a search looks through everything. */
export function groupResults(page: ConclusionPage, filter: ResultFilter, text: string): ResultGroup[] {
  const wanted = (result: Result): boolean => {
    if (text.trim()) return matchesText(result, text)
    if (filter === 'abnormal') return result.is_abnormal
    if (filter === 'changed') return isChanged(result)
    return filter === 'all'
  }
  return page.departments
    .map((department) => ({ department, results: department.results.filter(wanted) }))
    .filter((group) => group.results.length > 0)
}

/** Departments with nothing abnormal at all, and how many normal rows there are over all. */
export function normalRest(page: ConclusionPage): { names: string[]; count: number } {
  const names = page.departments.filter((one) => one.results.every((row) => !row.is_abnormal))
  const count = page.departments.reduce(
    (sum, one) => sum + one.results.filter((row) => !row.is_abnormal).length,
    0,
  )
  return { names: names.map((one) => one.name), count }
}

export function countChanged(page: ConclusionPage): number {
  return page.departments.reduce((sum, one) => sum + one.results.filter(isChanged).length, 0)
}
