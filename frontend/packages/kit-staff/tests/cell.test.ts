import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { h } from 'vue'

import ResultCell from '../src/components/ResultCell.vue'

function cells(...props: Record<string, unknown>[]) {
  const drawn = mount(
    {
      render: () =>
        h(
          'table',
          { 'data-cells': '' },
          props.map((one) => h('tr', h('td', h(ResultCell, { modelValue: '', ...one })))),
        ),
    },
    { attachTo: document.body },
  )
  return { drawn, inputs: drawn.findAll('input'), parts: drawn.findAllComponents(ResultCell) }
}

describe('entry of results by keyboard', () => {
  it('goes on with Enter and ↓, back with ↑, and tells the end', async () => {
    const { inputs, parts } = cells({}, {})
    inputs[0]!.element.focus()
    await inputs[0]!.trigger('keydown', { key: 'Enter' })
    expect(document.activeElement).toBe(inputs[1]!.element)
    await inputs[1]!.trigger('keydown', { key: 'ArrowUp' })
    expect(document.activeElement).toBe(inputs[0]!.element)
    inputs[1]!.element.focus()
    await inputs[1]!.trigger('keydown', { key: 'ArrowDown' })
    expect(parts[1]!.emitted('end')).toHaveLength(1)
  })

  it('takes digits as digits in a numeric cell and as choices elsewhere', async () => {
    const { inputs, parts } = cells({ kind: 'numeric' }, { kind: 'choice' })
    await inputs[0]!.trigger('keydown', { key: '2' })
    await inputs[1]!.trigger('keydown', { key: '2' })
    await inputs[1]!.trigger('keydown', { key: '0' })
    expect(parts[0]!.emitted('pick')).toBeUndefined()
    expect(parts[1]!.emitted('pick')).toEqual([[2]])
    expect(parts[1]!.emitted('defaults')).toHaveLength(1)
  })

  it('takes the last value with Alt and ←', async () => {
    const { inputs, parts } = cells({ kind: 'numeric', lastValue: '134' })
    await inputs[0]!.trigger('keydown', { key: 'ArrowLeft', altKey: true })
    expect(parts[0]!.emitted('update:modelValue')).toEqual([['134']])
  })

  it('commits once, and only what changed', async () => {
    const { inputs, parts } = cells({ modelValue: '80' })
    await inputs[0]!.trigger('focus')
    await inputs[0]!.trigger('blur')
    expect(parts[0]!.emitted('commit')).toBeUndefined()
  })

  it('cannot be typed into when the value is computed', () => {
    const { inputs, drawn } = cells({ computed: true, modelValue: '26.8', flag: 'H' })
    expect(inputs).toHaveLength(0)
    expect(drawn.find('.cell.auto.hi').text()).toBe('26.8')
  })
})
