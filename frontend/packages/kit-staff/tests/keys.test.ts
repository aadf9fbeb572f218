import { beforeEach, describe, expect, it, vi } from 'vitest'

import { capOf, KeyRegistry } from '../src/keys/registry'

const press = (key: string, more: KeyboardEventInit = {}, target: HTMLElement = document.body) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  Object.defineProperty(event, 'target', { value: target })
  return event
}

describe('keys', () => {
  let registry: KeyRegistry
  beforeEach(() => {
    localStorage.clear()
    registry = new KeyRegistry()
  })

  it('runs the binding of the topmost scope and gives the key back when the scope ends', () => {
    const page = vi.fn()
    const drawer = vi.fn()
    registry.push([{ key: 'F8', label: '保存', run: page }])
    const close = registry.push([{ key: 'F8', label: '保存', run: drawer }])
    expect(registry.handle(press('F8'))).toBe(true)
    close()
    registry.handle(press('F8'))
    expect([page.mock.calls.length, drawer.mock.calls.length]).toEqual([1, 1])
  })

  it('hears nothing below an exclusive scope', () => {
    const page = vi.fn()
    registry.push([{ key: 'F9', label: '完成', run: page }])
    registry.push([], true)
    expect(registry.handle(press('F9'))).toBe(false)
    expect(page).not.toHaveBeenCalled()
  })

  it('says why a blocked key does nothing', () => {
    const run = vi.fn()
    const said = vi.fn()
    registry.onBlocked = said
    registry.push(() => [{ key: 'F9', label: '完成', run, blocked: 'A 类未登记告知' }])
    expect(registry.handle(press('F9'))).toBe(true)
    expect(said).toHaveBeenCalledWith('A 类未登记告知')
    expect(run).not.toHaveBeenCalled()
  })

  it('does not run twice while busy', () => {
    const run = vi.fn()
    registry.push([{ key: 'F8', label: '保存', run, busy: true }])
    expect(registry.handle(press('F8'))).toBe(true)
    expect(run).not.toHaveBeenCalled()
  })

  it('leaves letters and digits to a field, but not the function keys', () => {
    const slash = vi.fn()
    const save = vi.fn()
    registry.push([
      { key: '/', label: '找人', run: slash },
      { key: 'F8', label: '保存', run: save },
    ])
    const field = document.createElement('input')
    expect(registry.handle(press('/', {}, field))).toBe(false)
    expect(registry.handle(press('F8', {}, field))).toBe(true)
    expect(slash).not.toHaveBeenCalled()
    expect(save).toHaveBeenCalled()
  })

  it('never takes a key from the browser', () => {
    for (const cap of ['F1', 'F5', 'F11', 'F12', 'Ctrl+W']) expect(registry.remap('F8', cap)).toBe(cap)
    expect(registry.cap('F8')).toBe('F8')
  })

  it('swaps two keys of a workstation and remembers it', () => {
    expect(registry.remap('F8', 'F9')).toBeNull()
    const run = vi.fn()
    registry.push([{ key: 'F8', label: '保存', run }])
    registry.handle(press('F9'))
    expect(run).toHaveBeenCalledOnce()
    expect([registry.cap('F8'), registry.cap('F9')]).toEqual(['F9', 'F8'])
    expect(new KeyRegistry().cap('F8')).toBe('F9')
  })

  it('writes modifiers and arrows as the caps show them', () => {
    expect(capOf(press('ArrowLeft', { altKey: true }))).toBe('Alt+←')
    expect(capOf(press('Escape'))).toBe('Esc')
  })
})
