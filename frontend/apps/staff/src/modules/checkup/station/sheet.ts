import type { ItemEntry, ItemResult, PreviewItem, StationItem, StationPage, StationPanel } from './types'

/** What the server holds of one item. */
export interface Stored {
  text: string
  readings: string[]
  version: number
}

/** Somebody else (or a device) saved this item while it was being typed here. */
export interface Clash {
  stored: Stored
  by: string
  at: string
}

/** One row of the entry table: what is typed, what is stored, what the preview says. */
export interface Field {
  item: StationItem
  panelId: number
  panelStatus: string
  text: string
  readings: string[]
  findingId: number | null
  base: Stored
  /** Filled by key 0 and not confirmed yet. */
  byDefault: boolean
  /** Arrived from elsewhere while the page was open; '' once looked at. */
  arrived: string
  clash: Clash | null
  judged: PreviewItem | null
  error: string
}

export interface Shown {
  value: string
  flag: string
  classText: string
  note: string
  error: string
}

const GIVEN_UP = ['declined', 'refused', 'removed', 'verified']
export const isSeries = (field: Field): boolean => field.item.readings > 1

function storedOf(item: StationItem): Stored {
  const result = item.result
  const readings = item.readings > 1 && result ? seriesOf(result) : []
  return {
    text: result?.value ?? '',
    readings: padded(readings, item.readings),
    version: result?.version ?? 0,
  }
}

function seriesOf(result: ItemResult): string[] {
  if (result.readings.length) return result.readings
  return result.value ? [result.value] : []
}

function padded(readings: string[], count: number): string[] {
  return count > 1 ? Array.from({ length: count }, (_, at) => readings[at] ?? '') : []
}

export function fieldOf(item: StationItem, panel: StationPanel): Field {
  const base = storedOf(item)
  const draft = item.draft
  return {
    item,
    panelId: panel.ordered_panel_id,
    panelStatus: panel.status,
    text: draft ? draft.value : base.text,
    readings: draft ? padded(draft.readings, item.readings) : [...base.readings],
    findingId: draft ? draft.finding_id : (item.result?.finding_id ?? null),
    base,
    byDefault: false,
    arrived: '',
    clash: null,
    judged: null,
    error: '',
  }
}

const filled = (readings: string[]): string[] => readings.map((one) => one.trim()).filter(Boolean)

/** Says whether two states of a field are the same to the server. */
export function signature(field: Field): string {
  return isSeries(field) ? filled(field.readings).join('|') : field.text.trim()
}

export function isDirty(field: Field): boolean {
  if (field.item.computed) return false
  const stored = isSeries(field) ? filled(field.base.readings).join('|') : field.base.text
  return signature(field) !== stored
}

export function isLocked(field: Field, page: StationPage | null): boolean {
  if (!page?.visit.can_edit || page.visit.state === 'done') return true
  return field.item.computed || GIVEN_UP.includes(field.panelStatus)
}

export function entryOf(field: Field): ItemEntry {
  return {
    item_id: field.item.item_id,
    value: isSeries(field) ? '' : field.text.trim(),
    readings: filled(field.readings),
    finding_id: field.findingId,
    version: field.base.version,
  }
}

/** Changed and confirmed fields, as the server takes them. */
export function changedEntries(fields: Field[], withDefaults = false): ItemEntry[] {
  return fields.filter((one) => isDirty(one) && (withDefaults || !one.byDefault)).map(entryOf)
}

/** The value to show: the preview's while something unsaved bears on it, else the stored one. */
export function shown(field: Field): Shown {
  const { judged, item } = field
  if (judged)
    return {
      value: judged.value,
      flag: judged.flag,
      classText: judged.class_text,
      note: judged.note,
      error: field.error || judged.error,
    }
  const dirty = isDirty(field)
  const result = dirty ? null : item.result
  return {
    value: result?.value ?? (dirty ? field.text : ''),
    flag: result?.flag ?? '',
    classText: result?.class_text ?? '',
    note: '',
    error: field.error,
  }
}

export function hasValue(field: Field): boolean {
  if (isSeries(field) || field.item.computed) return shown(field).value !== ''
  return field.text.trim() !== ''
}

/** Required fields of panels that are still to do, without a value. */
export function missingFields(fields: Field[]): Field[] {
  return fields.filter((one) => one.item.required && !GIVEN_UP.includes(one.panelStatus) && !hasValue(one))
}

export const criticalFields = (fields: Field[]): Field[] =>
  fields.filter((one) => one.judged && (one.judged.flag === 'HH' || one.judged.flag === 'LL'))

/** A fresh page under what is being typed: typed text stays, others' changes are shown or reported as a clash. */
export function mergeFields(old: Field[], page: StationPage, sent: Map<number, string> | null): Field[] {
  const before = new Map(old.map((one) => [one.item.item_id, one]))
  return page.panels.flatMap((panel) =>
    panel.items.map((item) => {
      const fresh = fieldOf(item, panel)
      const mine = before.get(item.item_id)
      return mine ? mergeField(mine, fresh, sent) : fresh
    }),
  )
}

function mergeField(mine: Field, fresh: Field, sent: Map<number, string> | null): Field {
  const changed = fresh.base.version !== mine.base.version
  const justSaved = sent?.get(mine.item.item_id) === signature(mine)
  if (!isDirty(mine) || justSaved) {
    const elsewhere = changed && !sent && fresh.base.text !== ''
    return { ...fresh, arrived: elsewhere ? originOf(fresh) : sent ? '' : mine.arrived }
  }
  const kept: Field = { ...mine, item: fresh.item, panelStatus: fresh.panelStatus }
  const same =
    signature(mine) === signature({ ...fresh, text: fresh.base.text, readings: fresh.base.readings })
  if (!changed || sent?.has(mine.item.item_id) || same) return { ...kept, base: fresh.base, clash: null }
  const result = fresh.item.result
  return { ...kept, clash: { stored: fresh.base, by: originOf(fresh), at: result?.entered_at ?? '' } }
}

const originOf = (field: Field): string =>
  field.item.result?.instrument || field.item.result?.entered_by || '·'

/** Ends a clash: with the typed text over the newer version, or with what the other one saved. */
export function settleClash(field: Field, keepMine: boolean): void {
  if (!field.clash) return
  field.base = field.clash.stored
  if (!keepMine) {
    field.text = field.base.text
    field.readings = [...field.base.readings]
    field.findingId = field.item.result?.finding_id ?? null
  }
  field.clash = null
}

/** Default findings into empty fields, still to be confirmed; returns how many. */
export function fillDefaults(fields: Field[], page: StationPage): number {
  let count = 0
  for (const field of fields) {
    const usual = field.item.findings.find((one) => one.is_default)
    const value = usual?.text ?? field.item.default_value
    if (!value || isSeries(field) || isLocked(field, page) || hasValue(field)) continue
    field.text = value
    field.findingId = usual?.id ?? null
    field.byDefault = true
    count += 1
  }
  return count
}

/** What a hand or an input method types for a number: full-width digits and points become plain ones. */
export function plainNumber(text: string): string {
  return text
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[．。，,]/g, '.')
    .replace(/＜/g, '<')
    .replace(/＞/g, '>')
    .replace(/\s+/g, '')
}

/** `148/92` typed at once is a pair of readings; null when it is not one. */
export function splitPair(text: string): [string, string] | null {
  const found = /^\s*(\d{2,3})\s*[/／\\、-]\s*(\d{2,3})\s*$/.exec(text)
  return found ? [found[1]!, found[2]!] : null
}
