import { describe, expect, it } from 'vitest'

import {
  ageOn,
  formatClock,
  formatDate,
  formatDateTime,
  formatMasked,
  formatMinutes,
  formatMoney,
  formatNumber,
  formatPercent,
  formatSex,
} from '../src/format'

describe('words for values', () => {
  it('shows the hospital day, whatever the browser thinks', () => {
    expect(formatDateTime('2026-11-22T17:30:00Z')).toBe('2026-11-23 01:30')
    expect(formatDate('2026-11-22T17:30:00Z')).toBe('2026-11-23')
    expect(formatDate('1980-03-14')).toBe('1980-03-14')
    expect(formatClock(new Date('2026-11-23T01:46:00Z'))).toBe('2026-11-23 周一 09:46')
  })

  it('shows an em dash for what is not known', () => {
    expect([formatDate(null), formatDateTime(''), formatMoney(undefined), formatDate('nonsense')]).toEqual([
      '—',
      '—',
      '—',
      '—',
    ])
  })

  it('keeps money exact and separates thousands', () => {
    expect(formatMoney('12345678901234.50')).toBe('12,345,678,901,234.50')
    expect(formatMoney('880')).toBe('880.00')
    expect(formatMoney('-1172.5')).toBe('−1,172.50')
  })

  it('leaves results that are no numbers alone', () => {
    expect(formatNumber('>1000')).toBe('>1000')
    expect(formatNumber('5.600')).toBe('5.600')
    expect(formatNumber(4022)).toBe('4,022')
  })

  it('counts an age on the birthday, not before', () => {
    expect(ageOn('1980-11-23', '2026-11-23')).toBe(46)
    expect(ageOn('1980-11-24', '2026-11-23')).toBe(45)
  })

  it('groups masked numbers for reading and unmasks nothing', () => {
    expect(formatMasked('138****2067', 'phone')).toBe('138 **** 2067')
    expect(formatMasked('420106********0017', 'id_number')).toBe('4201 06** **** **00 17')
  })

  it('says sex, waiting time and shares in words', () => {
    expect([formatSex('male'), formatSex(null), formatMinutes(94), formatPercent(0.306)]).toEqual([
      '男',
      '未知',
      '1 小时 34 分',
      '30.6%',
    ])
  })
})
