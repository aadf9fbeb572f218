import type { OptionDescriptor, ReportDescriptor } from '@kangqiao/api-client'
import { describe, expect, it } from 'vitest'

import { ownValue, parseValue, valueAt } from '../src/modules/options/values'
import {
  cellOf,
  drillParams,
  heatStep,
  missingParams,
  sorted,
  startValues,
} from '../src/modules/reports/figures'

const report = {
  params: [
    {
      name: 'concluded',
      label: '总检日期',
      kind: 'date_range',
      required: true,
      default: '',
      choices: [],
      resource: '',
    },
    {
      name: 'kind',
      label: '类别',
      kind: 'choice',
      required: false,
      default: 'health',
      choices: [],
      resource: '',
    },
  ],
} as unknown as ReportDescriptor

describe('reports', () => {
  it('begins with this month, the defaults, or what the address says', () => {
    expect(startValues(report, {}, '2026-11-23')).toEqual({
      concluded_from: '2026-11-01',
      concluded_to: '2026-11-23',
      kind: 'health',
    })
    expect(
      startValues(report, { concluded_from: '2026-01-01', concluded_to: '2026-02-01' }, '2026-11-23'),
    ).toMatchObject({ concluded_from: '2026-01-01' })
  })

  it('names the filters that are still needed', () => {
    expect(
      missingParams(report, { concluded_from: '2026-01-01', concluded_to: null }).map((param) => param.name),
    ).toEqual(['concluded'])
  })

  it('drills down with what the row and the page know', () => {
    const target = {
      params: [
        { name: 'term', kind: 'text' },
        { name: 'concluded', kind: 'date_range' },
      ],
    } as unknown as ReportDescriptor
    expect(
      drillParams(
        target,
        { term: '血压升高', found: 810 },
        { concluded_from: '2026-01-01', concluded_to: '2026-10-31' },
      ),
    ).toEqual({
      term: '血压升高',
      concluded_from: '2026-01-01',
      concluded_to: '2026-10-31',
    })
  })

  it('sorts figures as figures and keeps the unknown last', () => {
    const rows = [{ n: '9' }, { n: null }, { n: '10' }]
    expect(sorted(rows, 'n').map((row) => row.n)).toEqual(['9', '10', null])
    expect(cellOf({ kind: 'percent' } as never, 0.306)).toBe('30.6%')
    expect([heatStep(0, 50), heatStep(50, 50)]).toEqual(['h0', 'h4'])
  })
})

describe('options', () => {
  const option = {
    kind: 'int',
    default: 3,
    values: [
      { scope: 'hospital', scope_key: '', value: 2 },
      { scope: 'department', scope_key: '5', value: 4 },
    ],
  } as unknown as OptionDescriptor

  it('takes the narrowest value and falls back to the hospital, then the default', () => {
    expect(valueAt(option, { scope: 'department', scope_key: '5' })).toBe(4)
    expect(valueAt(option, { scope: 'department', scope_key: '6' })).toBe(2)
    expect(ownValue(option, { scope: 'department', scope_key: '6' })).toBeUndefined()
    expect(valueAt({ ...option, values: [] }, { scope: 'hospital', scope_key: '' })).toBe(3)
  })

  it('refuses words where a number belongs', () => {
    expect(parseValue(option, '三')).toBeNull()
    expect(parseValue(option, '12')).toBe(12)
  })
})
