import { http, Problem } from '@kangqiao/api-client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick, shallowRef } from 'vue'

import type { ConclusionPage, Finding, Level, Line, Result } from './contract'
import {
  add,
  bodyOf,
  canMove,
  draftOf,
  hide,
  isSame,
  merge,
  move,
  restore,
  setLevel,
  type Draft,
} from './draft'
import { criticalOf, stepsOf } from './findings'
import { countChanged, groupResults, isChanged, normalRest } from './results'
import { useConclusion } from './useConclusion'
import { useLines } from './useLines'

afterEach(() => void vi.restoreAllMocks())

const line = (id: number, level: Level, patch: Partial<Line> = {}): Line => ({
  id,
  term_id: id,
  term_code: `T${id}`,
  name: `结论${id}`,
  advice: `建议${id}`,
  level,
  sort_no: id,
  source: 'auto',
  evidence: [{ text: `证据${id}`, result_id: id * 10, flag: 'H' }],
  merged_from: [],
  merged_into_id: null,
  recheck_days: null,
  edited: false,
  is_private: false,
  ...patch,
})
const result = (patch: Partial<Result>): Result => ({
  result_id: 1,
  item_id: 1,
  code: 'SBP',
  name: '收缩压',
  value: '120',
  unit: 'mmHg',
  flag: 'N',
  prompt: '',
  class_text: '',
  range_text: '90–139',
  is_abnormal: false,
  previous: '',
  panel: '内科检查',
  ...patch,
})
const pageOf = (lines: Line[], hidden: Line[] = [], version = 1): ConclusionPage =>
  ({
    conclusion: { version, overview: '1. 收缩压', overview_edited: false },
    lines,
    hidden,
    departments: [],
    not_done: [],
  }) as unknown as ConclusionPage
const draftWith = (...levels: Level[]): Draft => draftOf(pageOf(levels.map((level, n) => line(n + 1, level))))
const names = (draft: Draft): string[] => draft.lines.map((one) => one.name)

describe('the order of conclusions', () => {
  it('keeps class A in front, whatever is moved', () => {
    const { lines } = draftWith('A', 'B', 'C')
    expect(canMove(lines, 1, 0)).toBe(false)
    expect(move(lines, 0, 2)).toBe(lines)
    expect(move(lines, 2, 1).map((one) => one.id)).toEqual([1, 3, 2])
  })

  it('takes a line that becomes class A to the front and leaves the others where they are', () => {
    const { lines } = draftWith('A', 'C', 'B', 'D')
    expect(setLevel(lines, 'line-4', 'A').map((one) => one.id)).toEqual([1, 4, 2, 3])
    expect(setLevel(lines, 'line-1', 'D').map((one) => one.id)).toEqual([1, 2, 3, 4])
  })
})

describe('hiding, merging, adding', () => {
  it('leaves a hidden line out of the save and brings it back behind its level', () => {
    const hidden = hide(draftWith('B', 'C', 'D'), 'line-2')
    expect(bodyOf(hidden).lines.map((one) => one.id)).toEqual([1, 3])
    expect(names(restore(hidden, 'line-2'))).toEqual(['结论1', '结论2', '结论3'])
    expect(restore(hidden, 'line-2').hidden).toEqual([])
  })

  it('forgets a line that was never saved when it is taken away', () => {
    const made = add(draftWith('B'), '注意休息')
    expect(hide(made.draft, made.key).hidden).toEqual([])
  })

  it('gathers evidence and names of merged lines, and takes the graver level', () => {
    const merged = merge(draftWith('C', 'B', 'D'), 'line-1', ['line-2', 'line-3'])
    expect(names(merged)).toEqual(['结论1'])
    const [into] = merged.lines
    expect(into?.level).toBe('B')
    expect(into?.evidence).toHaveLength(3)
    expect(into?.merged_from).toEqual(['结论2', '结论3'])
    expect(bodyOf(merged).lines[0]?.merged_ids).toEqual([2, 3])
    expect(merged.hidden.map((one) => one.merged_into_id)).toEqual([1, 1])
  })

  it('says again at every save what was merged before, since the server would hide it otherwise', () => {
    const draft = draftOf(pageOf([line(1, 'B')], [line(2, 'C', { merged_into_id: 1 }), line(3, 'C')]))
    expect(bodyOf(draft).lines[0]?.merged_ids).toEqual([2])
    expect(bodyOf(restore(draft, 'line-2')).lines[0]?.merged_ids).toEqual([])
  })

  it('does not add a term twice and brings a hidden one back instead', () => {
    const term = {
      id: 1,
      code: 'T1',
      name: '结论1',
      level: 'B' as Level,
      advice: '建议1',
      recheck_days: null,
    }
    const draft = draftWith('B', 'C')
    expect(add(draft, term)).toEqual({ draft, key: 'line-1' })
    const again = add(hide(draft, 'line-1'), term)
    expect(again.key).toBe('line-1')
    expect(names(again.draft)).toEqual(['结论1', '结论2'])
  })

  it('sends no overview while it is the generated one, so that it stays automatic', () => {
    const draft = draftWith('B')
    expect(bodyOf(draft).overview).toBeNull()
    expect(bodyOf({ ...draft, overview: '手写', overviewEdited: true }).overview).toBe('手写')
    expect(isSame(draft, { ...draft, overview: '手写', overviewEdited: true })).toBe(false)
  })
})

describe('results', () => {
  it.each([
    ['120', '', false],
    ['120', '120', false],
    ['120', '110', false],
    ['132', '110', true],
    ['阳性', '阴性', true],
    ['0.5', '0', true],
  ])('%s after %s: different %s', (value, previous, different) =>
    expect(isChanged(result({ value, previous }))).toBe(different),
  )

  it('groups by department, filters, and searches through everything by name or code', () => {
    const page = {
      departments: [
        {
          name: '内科',
          results: [result({ is_abnormal: true, value: '182', previous: '120' }), result({ code: 'P' })],
        },
        { name: '检验科', results: [result({ name: '尿酸', code: 'UA', panel: '肾功能' })] },
      ],
    } as unknown as ConclusionPage
    expect(groupResults(page, 'abnormal', '').map((one) => one.results.length)).toEqual([1])
    expect(groupResults(page, 'all', '')).toHaveLength(2)
    expect(groupResults(page, 'abnormal', 'ua').map((one) => one.department.name)).toEqual(['检验科'])
    expect(groupResults(page, 'undone', '')).toEqual([])
    expect(countChanged(page)).toBe(1)
    expect(normalRest(page)).toEqual({ names: ['检验科'], count: 2 })
  })
})

describe('important findings', () => {
  const finding = (patch: Partial<Finding>): Finding => ({
    id: 1,
    level: 'A',
    name: '血压',
    evidence: '182/110 mmHg',
    found_at: '2026-11-23T08:41:00+08:00',
    due_at: '2026-11-23T10:41:00+08:00',
    notified_at: null,
    notified_by: '',
    how: '',
    told: '',
    ...patch,
  })

  it('say how long there is to tell the person, and by how much it is over', () => {
    const told = (time: string) => stepsOf(finding({}), new Date(time))[1]
    expect(told('2026-11-23T09:46:00+08:00')).toMatchObject({ state: 'now', when: '限 10:41 前，剩 55 分' })
    expect(told('2026-11-23T11:51:00+08:00')?.when).toBe('限 10:41 前，已超 1 小时 10 分')
  })

  it('count the follow-ups from the moment the person was told', () => {
    const steps = stepsOf(
      finding({
        notified_at: '2026-11-23T09:50:00+08:00',
        notified_by: '沈嘉树',
        how: 'phone',
        told: '本人',
      }),
      new Date(),
    )
    expect(steps.map((one) => one.when)).toEqual([
      '11-23 08:41',
      '09:50 沈嘉树 电话',
      '11-24 09:50',
      '11-30 09:50',
    ])
    expect(steps[1]?.state).toBe('ok')
  })

  it('show class A only, those not told first', () => {
    const shown = criticalOf([
      finding({ id: 1, notified_at: '2026-11-23T09:50:00+08:00' }),
      finding({ id: 2, level: 'B' }),
      finding({ id: 3 }),
    ])
    expect(shown.map((one) => one.id)).toEqual([3, 1])
  })
})

describe('the page', () => {
  it('keeps what the doctor typed when results arrive, and says when somebody saved in between', async () => {
    const get = vi.spyOn(http, 'get').mockResolvedValue(pageOf([line(1, 'B')]))
    const work = useConclusion('/base')
    await work.load(5)
    const lines = useLines(work.draft)
    await nextTick()
    lines.change({ advice: '手改' })
    expect(work.dirty.value).toBe(true)
    get.mockResolvedValue(pageOf([line(1, 'B', { advice: '新的自动建议' })]))
    await work.load()
    expect(work.draft.value?.lines[0]?.advice).toBe('手改')
    expect(work.overtaken.value).toBe(false)
    get.mockResolvedValue(pageOf([line(1, 'B')], [], 2))
    await work.load()
    expect(work.overtaken.value).toBe(true)
    work.discard()
    expect(work.draft.value?.lines[0]?.advice).toBe('建议1')
    expect(work.dirty.value).toBe(false)
  })

  it('saves the edits before it signs, and does not sign when the save is refused', async () => {
    vi.spyOn(http, 'get').mockResolvedValue(pageOf([line(1, 'B')]))
    const put = vi
      .spyOn(http, 'put')
      .mockRejectedValueOnce(new Problem(409, { type: '/problems/conclusion-changed', title: '别处保存' }))
    const post = vi.spyOn(http, 'post').mockResolvedValue(pageOf([line(1, 'B')], [], 3))
    const work = useConclusion('/base')
    await work.load(5)
    const lines = useLines(work.draft)
    await nextTick()
    lines.change({ advice: '手改' })
    expect(await work.conclude()).toBe(false)
    expect(post).not.toHaveBeenCalled()
    expect(work.problem.value?.code).toBe('conclusion-changed')
    put.mockResolvedValue(pageOf([line(1, 'B', { advice: '手改' })], [], 2))
    expect(await work.conclude()).toBe(true)
    expect(put.mock.lastCall?.[1]).toMatchObject({ version: 1, lines: [{ advice: '手改' }] })
    expect(post).toHaveBeenCalledWith('/base/5/conclude', {})
  })

  it('selects the neighbour of a line that is hidden', async () => {
    const draft = shallowRef<Draft | null>(draftWith('B', 'C', 'D'))
    const lines = useLines(draft)
    lines.select('line-2')
    lines.hideLine()
    await nextTick()
    expect(lines.selected.value).toBe('line-3')
    lines.hideLine()
    expect(lines.selected.value).toBe('line-1')
  })
})
