/** What the generic pages read: GET /api/v1/meta/resources and /api/v1/meta/reports. */
export type FieldKind =
  | 'text' | 'textarea' | 'int' | 'decimal' | 'money' | 'bool' | 'choice' | 'fk' | 'm2m'
  | 'date' | 'datetime' | 'json' | 'rows' | 'image'

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
}

export interface ReportColumn {
  name: string
  label: string
  kind?: FieldKind | 'percent' | 'link'
  align?: 'left' | 'right' | 'center'
  total?: boolean
  group?: string
  decimals?: number | null
  unit?: string
  width?: number | null
}

export interface ReportDescriptor {
  name: string
  title: string
  group: string
  permission: string
  feature?: string
  path?: string
  params: FieldDescriptor[]
  columns: ReportColumn[]
  chart?: { kind: 'bar' | 'line' | 'pie'; x: string; y: string | string[] } | null
  drill_down?: string | null
  note?: string
}

export interface Page<T> {
  items: T[]
  count: number
}

export interface ReportData extends Page<Record<string, unknown>> {
  totals?: Record<string, unknown>
}

export interface OptionDescriptor {
  code: string
  title: string
  kind: 'bool' | 'int' | 'decimal' | 'text' | 'choice' | 'json'
  default: unknown
  value: unknown
  scopes?: string[]
  group?: string
  help?: string
  choices?: Choice[] | null
  feature?: string
}
