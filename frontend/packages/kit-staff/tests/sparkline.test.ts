import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import { markShape, sparkShape } from '../src/components/sparkline'
import Sparkline from '../src/components/Sparkline.vue'

describe('sparkline', () => {
  it('gives every meaning a shape of its own', () => {
    expect(markShape({ value: 150 }, 90, 139)).toBe('up')
    expect(markShape({ value: 80 }, 90, 139)).toBe('down')
    expect(markShape({ value: 120 }, 90, 139)).toBe('dot')
    expect(markShape({ value: 182, flag: 'critical' }, 90, 139)).toBe('square')
  })

  it('draws the band between the limits and higher values higher', () => {
    const shape = sparkShape([{ value: 100 }, { value: 150 }], { width: 76, height: 20 }, 90, 139)
    expect(shape.marks[1]!.y).toBeLessThan(shape.marks[0]!.y)
    expect(shape.band!.y).toBeGreaterThan(shape.marks[1]!.y)
    expect(shape.marks[1]!.last).toBe(true)
  })

  it('lets an open range reach the edge of the box', () => {
    const shape = sparkShape([{ value: 4 }, { value: 6 }], { width: 76, height: 20 }, null, 5.2)
    expect(shape.band!.y + shape.band!.height).toBe(20)
  })

  it('leaves unknown readings out and survives one or none', () => {
    expect(sparkShape([{ value: null }], { width: 76, height: 20 }).marks).toEqual([])
    expect(sparkShape([{ value: null }, { value: 5 }], { width: 76, height: 20 }).marks).toHaveLength(1)
  })

  it('speaks its readings', () => {
    const drawn = mount(Sparkline, {
      props: {
        points: [
          { value: 126, label: '2024' },
          { value: 141, label: '2025' },
        ],
        high: 139,
      },
    })
    expect(drawn.attributes('aria-label')).toBe('2024 126，2025 141')
    expect(drawn.findAll('path.pt.h')).toHaveLength(1)
  })
})
