import { afterEach, describe, expect, it, vi } from 'vitest'

import { listenToScans, ScanDetector } from '../src/keys/scan'

function feed(detector: ScanDetector, text: string, gap: number, start = 1000): string | null {
  let found: string | null = null
  ;[...text, 'Enter'].forEach((key, index) => (found = detector.feed(key, start + index * gap)))
  return found
}

describe('scan detection', () => {
  it('takes a fast burst that ends in Enter for a scan', () => {
    expect(feed(new ScanDetector(), '09202611230005', 8)).toBe('09202611230005')
  })

  it('takes a hand that types for typing', () => {
    expect(feed(new ScanDetector(), '09202611230005', 120)).toBeNull()
  })

  it('forgets what a hand typed before the burst', () => {
    const detector = new ScanDetector()
    detector.feed('x', 0)
    expect(feed(detector, '1234567', 10)).toBe('1234567')
  })

  it('wants a minimum length and an Enter in time', () => {
    expect(feed(new ScanDetector(), '12', 5)).toBeNull()
    const late = new ScanDetector()
    ;[...'1234567'].forEach((key, index) => late.feed(key, index * 5))
    expect(late.feed('Enter', 2000)).toBeNull()
  })
})

describe('scans into a field', () => {
  let stop: () => void = () => undefined
  afterEach(() => stop())

  function type(field: HTMLInputElement, text: string, gap: number) {
    let time = 5000
    for (const key of [...text, 'Enter']) {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
      Object.defineProperty(event, 'timeStamp', { value: (time += gap) })
      if (field.dispatchEvent(event) && key.length === 1) field.value += key
    }
  }

  it('takes the scanned text out of the field again', () => {
    const heard = vi.fn()
    stop = listenToScans(heard)
    const field = document.body.appendChild(document.createElement('input'))
    field.value = '12'
    type(field, '202611230018', 5)
    expect(heard).toHaveBeenCalledWith('202611230018')
    expect(field.value).toBe('12')
  })

  it('leaves it in a field that waits for a scan', () => {
    const heard = vi.fn()
    stop = listenToScans(heard)
    const field = document.body.appendChild(document.createElement('input'))
    field.dataset.scan = ''
    type(field, '202611230018', 5)
    expect(heard).not.toHaveBeenCalled()
    expect(field.value).toBe('202611230018')
  })
  it('never takes a password or a one-time code for a scan, however fast it comes', () => {
    const heard = vi.fn()
    stop = listenToScans(heard)
    const password = document.body.appendChild(document.createElement('input'))
    password.type = 'password'
    type(password, 'Linjiang-2026', 2)
    const code = document.body.appendChild(document.createElement('input'))
    code.autocomplete = 'one-time-code'
    type(code, '482913', 2)
    expect(heard).not.toHaveBeenCalled()
    expect([password.value, code.value]).toEqual(['Linjiang-2026', '482913'])
  })
})
