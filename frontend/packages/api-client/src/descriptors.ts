/** What the generic pages read: GET /api/v1/meta/resources and /api/v1/meta/reports. */
export type FieldKind =
  | 'text'
  | 'textarea'
  | 'int'
  | 'decimal'
  | 'money'
  | 'bool'
  | 'choice'
  | 'fk'
  | 'm2m'
  | 'date'
  | 'datetime'
  | 'json'
  | 'rows'
  | 'image'

export interface Choice {
  value: string | number | boolean
  label: string
}

export interface FieldDescriptor {
  name: string
  label: string
  kind: FieldKind
  required?: boolean
  max_length?: number | null
  choices?: Choice[] | null
  resource?: string | null
  in_list?: boolean
  in_form?: boolean
  help?: string
  width?: number | null
  section?: string
  read_only?: boolean
  decimals?: number | null
  unit?: string
  rows?: FieldDescriptor[] | null
  default?: unknown
}

export type Verb = 'list' | 'read' | 'create' | 'update' | 'retire' | 'import' | 'export' | 'order'

export interface ResourceDescriptor {
  name: string
  context: string
  title: string
  group: string
  permission: string
  path: string
  verbs: Verb[]
  fields: FieldDescriptor[]
  filters: string[]
  order_by: string[]
  feature?: string
  /** The actor may change rows. */
  may_write: boolean
}

export interface ReportParam {
  name: string
  label: string
  /** `date_range` gives two values, `<name>_from` and `<name>_to`. */
  kind: 'date_range' | 'choice' | 'fk' | 'text' | 'bool'
  required: boolean
  default: string
  choices: Choice[]
  resource: string
}

export interface ReportColumn {
  name: string
  label: string
  kind: 'text' | 'int' | 'money' | 'percent' | 'date'
  align: 'left' | 'right'
  total: boolean
  /** Name of the report that a figure opens, with the row's values as its parameters. */
  drill_down: string
}

export interface ReportDescriptor {
  name: string
  context: string
  title: string
  group: string
  permission: string
  feature: string
  /** What the figures are counted over. */
  denominator: string
  params: ReportParam[]
  columns: ReportColumn[]
  chart: { kind: 'bar' | 'line' | 'pie'; x: string; y: string[] } | null
}

export interface Page<T> {
  items: T[]
  count: number
}

export interface ReportData extends Page<Record<string, unknown>> {
  totals?: Record<string, unknown>
}

export interface OptionOverride {
  scope: 'hospital' | 'department' | 'workstation'
  scope_key: string
  value: unknown
}

export interface OptionDescriptor {
  name: string
  title: string
  help: string
  group: string
  kind: 'bool' | 'int' | 'decimal' | 'text' | 'choice'
  default: unknown
  choices: Choice[]
  minimum: number | null
  maximum: number | null
  scopes: OptionOverride['scope'][]
  feature: string
  values: OptionOverride[]
}
