import { hasValue, isSeries, type Field } from './sheet'
import type { StationPage, StationPanel } from './types'

export type SheetRow =
  | { kind: 'group'; key: string; title: string; note: string; panel: StationPanel | null }
  | { kind: 'entry' | 'series' | 'mean'; key: string; no: number; field: Field }

export const cellId = (itemId: number, reading = 0): string => `${itemId}.${reading}`

/** Rows as the doctor reads them: by panel and section; repeated readings first, their means after. */
export function sheetRows(page: StationPage, fields: Field[]): SheetRow[] {
  const rows: SheetRow[] = []
  let no = 0
  for (const panel of page.panels) {
    const own = fields.filter((one) => one.panelId === panel.ordered_panel_id)
    for (const run of runsBySection(own)) {
      const head = headOf(page, panel, run)
      if (head) rows.push(head)
      for (const row of bodyOf(run)) rows.push({ ...row, no: ++no })
    }
    if (!own.length && page.panels.length > 1) rows.push(groupRow(panel, panel.name, ''))
  }
  return rows
}

function runsBySection(fields: Field[]): Field[][] {
  const runs: Field[][] = []
  for (const field of fields) {
    const last = runs[runs.length - 1]
    if (last && last[0]!.item.section === field.item.section) last.push(field)
    else runs.push([field])
  }
  return runs
}

function headOf(page: StationPage, panel: StationPanel, run: Field[]): SheetRow | null {
  const first = run[0]!
  const section = first.item.section
  const single = page.panels.length === 1
  const title = single || section === panel.name ? section : [panel.name, section].filter(Boolean).join(' · ')
  const settled = panel.status !== 'pending' && panel.status !== 'sampled'
  if (!title && !settled) return null
  return groupRow(panel, title || panel.name, first.item.item_id.toString())
}

const groupRow = (panel: StationPanel, title: string, mark: string): SheetRow => ({
  kind: 'group',
  key: `g${panel.ordered_panel_id}.${mark}`,
  title,
  note: '',
  panel: ['declined', 'refused', 'postponed', 'verified'].includes(panel.status) ? panel : null,
})

type BodyRow = Extract<SheetRow, { field: Field }>

function bodyOf(run: Field[]): BodyRow[] {
  const rows: BodyRow[] = []
  for (let at = 0; at < run.length; at += 1) {
    const field = run[at]!
    if (!isSeries(field)) {
      rows.push({ kind: 'entry', key: `e${field.item.item_id}`, no: 0, field })
      continue
    }
    const block = seriesFrom(run, at)
    rows.push(
      ...block.map((one): BodyRow => ({ kind: 'series', key: `s${one.item.item_id}`, no: 0, field: one })),
    )
    rows.push(
      ...block.map((one): BodyRow => ({ kind: 'mean', key: `m${one.item.item_id}`, no: 0, field: one })),
    )
    at += block.length - 1
  }
  return rows
}

function seriesFrom(fields: Field[], at: number): Field[] {
  const block: Field[] = []
  const count = fields[at]!.item.readings
  for (const field of fields.slice(at)) {
    if (field.item.readings !== count || !isSeries(field)) break
    block.push(field)
  }
  return block
}

/** Cells in the order of the hand: one measurement after the other, its upper and lower value together. */
export function cellOrder(fields: Field[], open: (field: Field) => boolean): string[] {
  const cells: string[] = []
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at]!
    if (!isSeries(field)) {
      if (open(field)) cells.push(cellId(field.item.item_id))
      continue
    }
    const block = seriesFrom(fields, at)
    for (let reading = 0; reading < field.item.readings; reading += 1)
      for (const one of block) if (open(one)) cells.push(cellId(one.item.item_id, reading))
    at += block.length - 1
  }
  return cells
}

/** The next cell; a further reading is passed over when the readings so far already make a value. */
export function stepFrom(cells: string[], from: string, step: number, fields: Field[]): string | null {
  for (let at = cells.indexOf(from) + step; at >= 0 && at < cells.length; at += step) {
    const [item, reading] = cells[at]!.split('.').map(Number) as [number, number]
    const field = fields.find((one) => one.item.item_id === item)
    const spare = field && isSeries(field) && reading > 0 && !field.readings[reading] && hasValue(field)
    if (step < 0 || !spare) return cells[at]!
  }
  return null
}

/** Where entry goes on: the first open cell without a value. */
export function firstEmpty(cells: string[], fields: Field[]): string | null {
  const empty = cells.find((cell) => {
    const [item, reading] = cell.split('.').map(Number) as [number, number]
    const field = fields.find((one) => one.item.item_id === item)
    return field && (isSeries(field) ? !hasValue(field) && !field.readings[reading] : !hasValue(field))
  })
  return empty ?? null
}
