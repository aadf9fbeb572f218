import type { FieldDescriptor, FieldError } from '@kangqiao/api-client'
import { t } from '@kangqiao/i18n'

/** A row of another dictionary as lists give it. */
export interface Ref {
  id: number
  code?: string
  name?: string
}

export type FormValue = string | number | boolean | null | number[] | FormValues[] | unknown
export type FormValues = Record<string, FormValue>

const NUMBERS = ['int', 'decimal', 'money']
const EMPTY_IS_NULL = [...NUMBERS, 'fk', 'date', 'datetime', 'choice', 'image']

export function formFields(fields: FieldDescriptor[]): FieldDescriptor[] {
  return fields.filter((field) => field.in_form !== false)
}

function emptyValue(field: FieldDescriptor): FormValue {
  if (field.default !== undefined && field.default !== null)
    return NUMBERS.includes(field.kind) ? String(field.default) : field.default
  if (field.kind === 'bool') return false
  if (field.kind === 'm2m' || field.kind === 'rows') return []
  return EMPTY_IS_NULL.includes(field.kind) && !NUMBERS.includes(field.kind) ? null : ''
}

/** A blank form for a new row; inline tables begin empty. */
export function blankForm(fields: FieldDescriptor[]): FormValues {
  return Object.fromEntries(formFields(fields).map((field) => [field.name, emptyValue(field)]))
}

function editable(field: FieldDescriptor, value: unknown): FormValue {
  if (value === null || value === undefined) return emptyValue({ ...field, default: null })
  if (field.kind === 'fk') return typeof value === 'object' ? (value as Ref).id : value
  if (field.kind === 'm2m')
    return (value as (Ref | number)[]).map((one) => (typeof one === 'object' ? one.id : one))
  if (field.kind === 'rows') return (value as FormValues[]).map((row) => formOf(field.rows ?? [], row))
  if (NUMBERS.includes(field.kind)) return shortened(field, String(value))
  return value
}

/** Limits are stored with more places than they were given: 5.0000 is shown as 5; money keeps its two. */
function shortened(field: FieldDescriptor, text: string): string {
  return (field.decimals ?? 0) > 2 && text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** The form of a present row: references become ids, numbers the text that is typed. */
export function formOf(fields: FieldDescriptor[], row: FormValues): FormValues {
  return Object.fromEntries(formFields(fields).map((field) => [field.name, editable(field, row[field.name])]))
}

function sent(field: FieldDescriptor, value: FormValue): unknown {
  if (field.kind === 'rows') return (value as FormValues[]).map((row) => payload(field.rows ?? [], row))
  if (value === '' && EMPTY_IS_NULL.includes(field.kind)) return null
  if (field.kind === 'int' && value !== null) return /^-?\d+$/.test(String(value)) ? Number(value) : value
  if (typeof value === 'string' && field.kind !== 'json') return value.trim()
  return value
}

/** What a new row sends: everything writable; empty fields that are not required are left to the server's defaults. */
export function payload(fields: FieldDescriptor[], form: FormValues): FormValues {
  const entries = formFields(fields)
    .filter((field) => !field.read_only)
    .map((field) => [field.name, sent(field, form[field.name])] as const)
    .filter(([name, value]) => value !== null || fields.find((field) => field.name === name)?.required)
  return Object.fromEntries(entries)
}

/** What a change sends: only the fields that differ from what was opened. */
export function changes(fields: FieldDescriptor[], before: FormValues, after: FormValues): FormValues {
  const entries = formFields(fields)
    .filter((field) => !field.read_only)
    .filter((field) => JSON.stringify(before[field.name]) !== JSON.stringify(after[field.name]))
    .map((field) => [field.name, sent(field, after[field.name])])
  return Object.fromEntries(entries)
}

/** Required fields left empty and numbers that are none, as the server would point at them. */
export function formErrors(fields: FieldDescriptor[], form: FormValues, at = ''): FieldError[] {
  return formFields(fields).flatMap((field) => {
    if (field.read_only) return []
    const pointer = `${at}/${field.name}`
    const value = form[field.name]
    if (field.kind === 'rows') {
      return (value as FormValues[]).flatMap((row, index) =>
        formErrors(field.rows ?? [], row, `${pointer}/${index}`),
      )
    }
    const empty = value === null || value === undefined || (typeof value === 'string' && value.trim() === '')
    if (empty)
      return field.required
        ? [{ pointer, code: 'missing', detail: t('请填写{label}', { label: field.label }) }]
        : []
    const text = String(value)
    if (field.kind === 'int' && !/^-?\d+$/.test(text)) return [{ pointer, code: 'int', detail: t('要整数') }]
    if (NUMBERS.includes(field.kind) && !/^-?\d+(\.\d+)?$/.test(text))
      return [{ pointer, code: 'number', detail: t('要数字') }]
    if (field.max_length && text.length > field.max_length) {
      return [{ pointer, code: 'long', detail: t('最多 {n} 个字', { n: field.max_length }) }]
    }
    return []
  })
}

export interface FormSection {
  title: string
  fields: FieldDescriptor[]
  switches: FieldDescriptor[]
}

/** Sections in the order of their first field; on-off fields of a section stand together at its end. */
export function sectionsOf(fields: FieldDescriptor[]): FormSection[] {
  const sections: FormSection[] = []
  for (const field of formFields(fields)) {
    const title = field.kind === 'rows' ? field.label : (field.section ?? '')
    let section = sections.find((one) => one.title === title)
    if (!section) sections.push((section = { title, fields: [], switches: [] }))
    ;(field.kind === 'bool' ? section.switches : section.fields).push(field)
  }
  return sections
}

/** Sixths of the form's width. */
export function spanOf(field: FieldDescriptor): 2 | 3 | 6 {
  if (['rows', 'm2m', 'textarea', 'json'].includes(field.kind)) return 6
  if (['int', 'decimal', 'money', 'date'].includes(field.kind)) return 2
  if (field.kind === 'text' && (field.max_length ?? 99) <= 40) return 2
  return 3
}

/** Spans of fields one after the other, stretched so that every full row ends at the right edge. */
export function packSpans(fields: FieldDescriptor[]): number[] {
  const spans: number[] = []
  let row: number[] = []
  const close = () => {
    spans.push(...(row.length === 2 ? [3, 3] : row))
    row = []
  }
  for (const field of fields) {
    const span = spanOf(field)
    if (row.reduce((sum, one) => sum + one, 0) + span > 6) close()
    row.push(span)
  }
  close()
  return spans
}

/** A value of a list as words. */
export function cellText(field: FieldDescriptor, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (field.kind === 'bool') return value ? t('是') : ''
  if (field.kind === 'choice')
    return field.choices?.find((one) => one.value === value)?.label ?? String(value)
  if (field.kind === 'fk')
    return typeof value === 'object' ? ((value as Ref).name ?? (value as Ref).code ?? '') : String(value)
  if (field.kind === 'm2m') return (value as Ref[]).map((one) => one.name ?? one.code ?? one.id).join('、')
  if (field.kind === 'rows') return t('{n} 条', { n: (value as unknown[]).length })
  if (field.kind === 'decimal') return shortened(field, String(value))
  if (field.kind === 'datetime') return String(value).slice(0, 16).replace('T', ' ')
  return String(value)
}
