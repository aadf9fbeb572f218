import type { ReportColumn, ReportDescriptor, ReportParam } from '@kangqiao/api-client'
import { formatDate, formatMoney, formatNumber, formatPercent, today } from '@kangqiao/kit-staff'

export type ReportRow = Record<string, unknown>
export type ParamValues = Record<string, unknown>

export function cellOf(column: ReportColumn, value: unknown): string {
  if (value === null || value === undefined || value === '') return column.kind === 'text' ? '' : '—'
  if (column.kind === 'money') return formatMoney(value as string)
  if (column.kind === 'percent') return formatPercent(Number(value))
  if (column.kind === 'int') return formatNumber(value as number)
  if (column.kind === 'date') return formatDate(value as string)
  return String(value)
}

/** Names under which a parameter is sent. */
export function namesOf(param: ReportParam): string[] {
  return param.kind === 'date_range' ? [`${param.name}_from`, `${param.name}_to`] : [param.name]
}

/** Values to begin with: what the address says, else the default; a required span of days begins with this month. */
export function startValues(
  report: ReportDescriptor,
  given: Record<string, unknown>,
  now = today(),
): ParamValues {
  const values: ParamValues = {}
  for (const param of report.params) {
    const [first, second] = namesOf(param) as [string, string | undefined]
    values[first] = given[first] ?? (param.default || null)
    if (second) values[second] = given[second] ?? (param.default || null)
    if (second && param.required && !values[first]) {
      values[first] = `${now.slice(0, 8)}01`
      values[second] = now
    }
  }
  return values
}

/** Required parameters that are still empty. */
export function missingParams(report: ReportDescriptor, values: ParamValues): ReportParam[] {
  const empty = (name: string) => values[name] === null || values[name] === undefined || values[name] === ''
  return report.params.filter((param) => param.required && namesOf(param).some(empty))
}

/** Parameters of a drill-down: what the row and the page know by the same name. */
export function drillParams(target: ReportDescriptor, row: ReportRow, values: ParamValues): ParamValues {
  const known = { ...values, ...row }
  const names = target.params.flatMap(namesOf)
  return Object.fromEntries(
    names
      .filter((name) => known[name] !== undefined && known[name] !== null)
      .map((name) => [name, known[name]]),
  )
}

/** Rows in the order of a column; figures as figures, empty ones last. */
export function sorted(rows: ReportRow[], by: string): ReportRow[] {
  if (!by) return rows
  const name = by.replace('-', '')
  const sign = by.startsWith('-') ? -1 : 1
  return [...rows].sort((a, b) => sign * compare(a[name], b[name]))
}

function compare(a: unknown, b: unknown): number {
  if (a === null || a === undefined) return 1
  if (b === null || b === undefined) return -1
  const [x, y] = [Number(a), Number(b)]
  return Number.isNaN(x) || Number.isNaN(y) ? String(a).localeCompare(String(b), 'zh') : x - y
}

/** Five steps of tint for a percentage within its column. */
export function heatStep(value: unknown, most: number): string {
  const share = Number(value) / (most || 1)
  return Number.isFinite(share) ? `h${Math.min(4, Math.max(0, Math.floor(share * 5)))}` : ''
}
