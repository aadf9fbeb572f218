import { http, realtime } from '@kangqiao/api-client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'

import { cellOrder, firstEmpty, sheetRows, stepFrom } from './rows'
import {
  changedEntries,
  fillDefaults,
  isDirty,
  mergeFields,
  missingFields,
  plainNumber,
  settleClash,
  shown,
  splitPair,
  type Field,
} from './sheet'
import { trendOf } from './trend'
import type { ItemResult, PreviewItem, StationItem, StationPage, WorklistRow } from './types'
import { nextOf } from './useQueue'
import { useSheet } from './useSheet'

function item(id: number, extra: Partial<StationItem> = {}): StationItem {
  return {
    item_id: id,
    code: `I${id}`,
    name: `项目${id}`,
    kind: 'numeric',
    unit: '',
    decimals: 0,
    readings: 1,
    required: true,
    computed: false,
    default_value: '',
    valid_min: null,
    valid_max: null,
    choices: [],
    section: '',
    range_text: '',
    range_low: null,
    range_high: null,
    critical_low: null,
    critical_high: null,
    result: null,
    draft: null,
    history: [],
    findings: [],
    ...extra,
  }
}
function result(value: string, version = 1, extra: Partial<ItemResult> = {}): ItemResult {
  return {
    id: 1,
    value,
    numeric: null,
    readings: [],
    flag: 'N',
    prompt: '',
    class_text: '',
    range_text: '',
    finding_id: null,
    source: 'manual',
    instrument: '',
    entered_by: '周文渊',
    entered_at: '2026-11-23T01:00:00Z',
    version,
    superseded: [],
    ...extra,
  }
}
function pageOf(items: StationItem[], extra: object = {}): StationPage {
  return {
    department: { id: 2, name: '内科', kind: 'physical', location: '', has_summary: true },
    checkup: { id: 9 },
    person: { name: '何志远' },
    visit: { state: 'examining', can_edit: true, draft_at: null },
    panels: [
      {
        ordered_panel_id: 1,
        panel_id: 1,
        name: '内科检查',
        status: 'pending',
        status_label: '',
        reason: '',
        items,
      },
    ],
    history_dates: [],
    ...extra,
  } as unknown as StationPage
}
const fieldsOf = (page: StationPage): Field[] => mergeFields([], page, null)
const judged = (id: number, value: string, flag = 'N'): PreviewItem => ({
  item_id: id,
  value,
  flag,
  prompt: '',
  range_text: '',
  class_text: '',
  note: '',
  error: '',
})
const pressures = () =>
  pageOf([item(1, { readings: 3, section: '血压' }), item(2, { readings: 3, section: '血压' }), item(3)])

describe('entry', () => {
  it.each([
    ['１３６', '136'],
    ['36。5', '36.5'],
    ['＜0.5', '<0.5'],
    [' 80 ', '80'],
  ])('reads what an input method makes of a number (%s) as %s', (text, number) => {
    expect(plainNumber(text)).toBe(number)
  })

  it.each([
    ['148/92', ['148', '92']],
    ['148 / 102', ['148', '102']],
    ['148-92', ['148', '92']],
    ['148', null],
    ['1480/92', null],
    ['148/9', null],
  ])('takes %s as a pair of readings: %s', (text, pair) => {
    expect(splitPair(text)).toEqual(pair)
  })

  it('sends only what differs from the stored value, with the version it was read at', () => {
    const fields = fieldsOf(
      pageOf([item(1, { result: result('78', 4) }), item(2, { result: result('80', 2) })]),
    )
    fields[0]!.text = '79 '
    expect(changedEntries(fields)).toEqual([
      { item_id: 1, value: '79', readings: [], finding_id: null, version: 4 },
    ])
  })

  it('keeps a draft as unsaved text over the stored value', () => {
    const field = fieldsOf(
      pageOf([item(1, { result: result('78'), draft: { value: '81', readings: [], finding_id: null } })]),
    )[0]!
    expect(field.text).toBe('81')
    expect(isDirty(field)).toBe(true)
  })

  it('never sends a computed item', () => {
    const field = fieldsOf(pageOf([item(1, { computed: true, result: result('26.8') })]))[0]!
    field.text = '1'
    expect(changedEntries([field])).toEqual([])
  })

  it('shows the preview while something unsaved bears on a value', () => {
    const field = fieldsOf(pageOf([item(1, { result: result('24.0') })]))[0]!
    field.judged = judged(1, '26.8', 'H')
    expect(shown(field)).toMatchObject({ value: '26.8', flag: 'H' })
  })
})

describe('the order of the hand', () => {
  it('takes one measurement after the other, upper and lower value together', () => {
    expect(cellOrder(fieldsOf(pressures()), () => true)).toEqual([
      '1.0',
      '2.0',
      '1.1',
      '2.1',
      '1.2',
      '2.2',
      '3.0',
    ])
  })

  it('passes over the third reading when two already make a value, and stops there when they do not', () => {
    const fields = fieldsOf(pressures())
    const cells = cellOrder(fields, () => true)
    fields[0]!.readings = ['120', '122', '']
    fields[1]!.readings = ['80', '82', '']
    expect(stepFrom(cells, '2.1', 1, fields)).toBe('1.2')
    fields[0]!.judged = judged(1, '121')
    fields[1]!.judged = judged(2, '81')
    expect(stepFrom(cells, '2.1', 1, fields)).toBe('3.0')
    expect(stepFrom(cells, '3.0', 1, fields)).toBeNull()
  })

  it('begins at the first cell without a value', () => {
    const fields = fieldsOf(pageOf([item(1, { result: result('78') }), item(2)]))
    expect(
      firstEmpty(
        cellOrder(fields, () => true),
        fields,
      ),
    ).toBe('2.0')
  })

  it('shows repeated readings first and their means after', () => {
    const page = pressures()
    const rows = sheetRows(page, fieldsOf(page))
    expect(rows.map((row) => row.kind)).toEqual(['group', 'series', 'series', 'mean', 'mean', 'entry'])
  })
})

describe('defaults by key 0', () => {
  const normal = { id: 5, key: 1, text: '齐', is_default: true, is_abnormal: false, severity: 0, level: null }

  it('fill empty items only and are not sent before they are confirmed', () => {
    const page = pageOf([
      item(1, { kind: 'choice', findings: [normal] }),
      item(2, { kind: 'choice', findings: [normal], result: result('不齐') }),
    ])
    const fields = fieldsOf(page)
    expect(fillDefaults(fields, page)).toBe(1)
    expect(fields[0]).toMatchObject({ text: '齐', findingId: 5, byDefault: true })
    expect(changedEntries(fields)).toEqual([])
    expect(changedEntries(fields, true)).toHaveLength(1)
    expect(missingFields(fields)).toEqual([])
  })
})

describe('what others save meanwhile', () => {
  it('appears by itself where nothing is typed, with its origin', () => {
    const old = fieldsOf(pageOf([item(1)]))
    const [field] = mergeFields(
      old,
      pageOf([item(1, { result: result('5.6', 1, { instrument: 'XN-1000' }) })]),
      null,
    )
    expect(field).toMatchObject({ text: '5.6', arrived: 'XN-1000' })
  })

  it('never replaces typed text: both values are kept until one is chosen', () => {
    const old = fieldsOf(pageOf([item(1, { result: result('78', 1) })]))
    old[0]!.text = '90'
    const fresh = pageOf([item(1, { result: result('85', 2) })])
    const mine = mergeFields(old, fresh, null)[0]!
    expect(mine.text).toBe('90')
    expect(mine.clash).toMatchObject({ stored: { text: '85', version: 2 }, by: '周文渊' })
    settleClash(mine, true)
    expect(changedEntries([mine])[0]).toMatchObject({ value: '90', version: 2 })
    const theirs = mergeFields(old, fresh, null)[0]!
    settleClash(theirs, false)
    expect(theirs.text).toBe('85')
    expect(isDirty(theirs)).toBe(false)
  })

  it('is no clash when both typed the same', () => {
    const old = fieldsOf(pageOf([item(1)]))
    old[0]!.text = '90'
    const [field] = mergeFields(old, pageOf([item(1, { result: result('90', 1) })]), null)
    expect(field!.clash).toBeNull()
    expect(isDirty(field!)).toBe(false)
  })

  it('keeps what was typed while a save was under way', () => {
    const old = fieldsOf(pageOf([item(1)]))
    old[0]!.text = '92'
    const [field] = mergeFields(old, pageOf([item(1, { result: result('90', 1) })]), new Map([[1, '90']]))
    expect(field).toMatchObject({ text: '92', clash: null, base: { text: '90', version: 1 } })
  })
})

describe('the queue', () => {
  const row = (id: number, state: string) => ({ checkup_id: id, state }) as WorklistRow
  it('calls who was called already before who waits, and never the person on the page or one who was skipped', () => {
    const rows = [row(1, 'examining'), row(2, 'waiting'), row(3, 'called'), row(4, 'skipped')]
    expect(nextOf(rows, 1)?.checkup_id).toBe(3)
    expect(nextOf(rows, 3)?.checkup_id).toBe(2)
    expect(nextOf([row(4, 'skipped')], 1)).toBeNull()
  })
})

describe('a trend', () => {
  const former = (value: number) => ({
    date: '2025-10-16',
    checkup_id: 1,
    value: String(value),
    numeric: value,
    flag: 'N',
  })
  it('needs two numbers and ends with the present one', () => {
    const now = { value: '141', flag: 'H', classText: '', note: '', error: '' }
    expect(trendOf(item(1), now)).toBeNull()
    const trend = trendOf(item(1, { history: [former(134), former(130)], range_high: '139' }), now)
    expect(trend?.points.map((one) => one.value)).toEqual([130, 134, 141])
    expect(trend).toMatchObject({ high: 139, low: null })
  })
})

describe('the sheet', () => {
  const server = { puts: [] as unknown[], posts: [] as [string, unknown][] }
  let answer: StationPage
  beforeEach(() => {
    vi.useFakeTimers()
    server.puts = []
    server.posts = []
    answer = pageOf([item(1)])
    vi.spyOn(realtime, 'subscribe').mockReturnValue(() => undefined)
    vi.spyOn(http, 'get').mockImplementation(async () => answer)
    vi.spyOn(http, 'put').mockImplementation(async (_path: string, body: unknown) => {
      server.puts.push(body)
      return { saved_at: '2026-11-23T01:45:52Z' }
    })
    vi.spyOn(http, 'post').mockImplementation(async (path: string, body: unknown) => {
      server.posts.push([path.split('/').pop()!, body])
      return path.endsWith('preview') ? { items: [judged(1, '78')], summary_lines: [] } : answer
    })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('keeps a draft a moment after the last stroke and says when', async () => {
    const scope = effectScope()
    const sheet = scope.run(() => useSheet())!
    await sheet.show(2, 9, true)
    sheet.fields.value[0]!.text = '78'
    sheet.edited(sheet.fields.value[0]!)
    expect(server.puts).toEqual([])
    await vi.advanceTimersByTimeAsync(1600)
    expect(server.puts).toHaveLength(1)
    expect(sheet.draftAt.value).toBe('2026-11-23T01:45:52Z')
    scope.stop()
  })

  it('lets the person go only with the draft kept', async () => {
    const sheet = effectScope().run(() => useSheet())!
    await sheet.show(2, 9, true)
    sheet.fields.value[0]!.text = '78'
    sheet.edited(sheet.fields.value[0]!)
    await sheet.show(2, 10, true)
    expect(server.puts).toHaveLength(1)
  })

  it('saves with the summary left automatic and shows the stored values', async () => {
    const sheet = effectScope().run(() => useSheet())!
    await sheet.show(2, 9, true)
    sheet.fields.value[0]!.text = '78'
    sheet.edited(sheet.fields.value[0]!)
    answer = pageOf([item(1, { result: result('78', 1) })])
    expect(await sheet.save({ complete: true })).toBe(true)
    const sent = server.posts.find(([verb]) => verb === 'complete')![1]
    expect(sent).toMatchObject({ items: [{ item_id: 1, value: '78', version: 0 }], summary_text: null })
    expect(sheet.dirty.value).toEqual([])
  })

  it('takes a called person in with the first stroke', async () => {
    answer = pageOf([item(1)], { visit: { state: 'called', can_edit: true, draft_at: null } })
    const sheet = effectScope().run(() => useSheet())!
    await sheet.show(2, 9, false)
    expect(server.posts).toEqual([])
    sheet.fields.value[0]!.text = '7'
    sheet.edited(sheet.fields.value[0]!)
    await vi.advanceTimersByTimeAsync(1)
    expect(server.posts.map(([verb]) => verb)).toContain('open')
    expect(sheet.fields.value[0]!.text).toBe('7')
  })
})
