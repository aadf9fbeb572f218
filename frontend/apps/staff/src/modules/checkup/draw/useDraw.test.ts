import { http, Problem } from '@kangqiao/api-client'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { useDraw, type DrawSheet } from './useDraw'

function sheetOf(checkup: number, name: string, states: string[], scanned: string | null = null): DrawSheet {
  const tubes = states.map((status, n) => ({
    id: n,
    barcode: `T${checkup}${n}`,
    tube: '紫管',
    tube_color: '',
    specimen_kind: '',
    label: '',
    panels: [],
    fasting: false,
    status,
    status_label: '',
    drawn_at: null,
    drawn_by: null,
  }))
  const remaining = states.filter((state) => state === 'planned').length
  return {
    checkup_id: checkup,
    checkup_no: String(checkup),
    status: 'checked_in',
    person: { name } as DrawSheet['person'],
    age: 40,
    scanned_barcode: scanned,
    warnings: [],
    tubes,
    remaining,
    drawn: states.length - remaining,
  }
}

afterEach(() => vi.restoreAllMocks())

describe('drawing blood', () => {
  it('goes to the next tube after one is confirmed by scanning it', async () => {
    vi.spyOn(http, 'get').mockResolvedValue(sheetOf(1, '甲', ['planned', 'planned']))
    const post = vi.spyOn(http, 'post').mockResolvedValue(sheetOf(1, '甲', ['collected', 'planned']))
    const draw = useDraw()
    await draw.scan('1')
    expect(draw.at.value).toBe(0)
    await draw.scan('T10')
    expect(post).toHaveBeenCalledWith('/api/v1/checkup/blood-draws/T10', {})
    expect(draw.verdict.value?.kind).toBe('ok')
    expect(draw.at.value).toBe(1)
  })

  it('refuses the tube of somebody else while this person still has tubes to draw', async () => {
    const get = vi.spyOn(http, 'get').mockResolvedValueOnce(sheetOf(1, '甲', ['planned']))
    const post = vi.spyOn(http, 'post')
    const draw = useDraw()
    await draw.scan('1')
    get.mockResolvedValueOnce(sheetOf(2, '乙', ['planned'], 'T20'))
    await draw.scan('T20')
    expect(draw.verdict.value).toEqual({ kind: 'other', name: '乙', code: 'T20' })
    expect(draw.sheet.value?.person.name).toBe('甲')
    expect(post).not.toHaveBeenCalled()
  })

  it('goes on to the next person by a tube once the first is done', async () => {
    const get = vi.spyOn(http, 'get').mockResolvedValueOnce(sheetOf(1, '甲', ['collected']))
    vi.spyOn(http, 'post').mockResolvedValue(sheetOf(2, '乙', ['collected']))
    const draw = useDraw()
    await draw.scan('1')
    get.mockResolvedValueOnce(sheetOf(2, '乙', ['planned'], 'T20'))
    await draw.scan('T20')
    expect(draw.sheet.value?.person.name).toBe('乙')
    expect(draw.verdict.value?.kind).toBe('ok')
  })

  it('shows the refusal of a second draw and keeps the person open', async () => {
    vi.spyOn(http, 'get').mockResolvedValue(sheetOf(1, '甲', ['collected', 'planned']))
    vi.spyOn(http, 'post').mockRejectedValue(
      new Problem(409, { type: '/problems/already-drawn', title: '这一管已经采过' }),
    )
    const draw = useDraw()
    await draw.scan('1')
    await draw.scan('T10')
    expect(draw.verdict.value).toMatchObject({ kind: 'refused', problem: { code: 'already-drawn' } })
    expect(draw.sheet.value?.remaining).toBe(1)
  })
})
