import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { Realtime } from '../src/realtime'

class FakeSocket {
  static OPEN = 1
  static all: FakeSocket[] = []
  readyState = 0
  sent: unknown[] = []
  onopen = () => undefined as void
  onclose = () => undefined as void
  onmessage: (event: { data: string }) => void = () => undefined
  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {
    this.readyState = 3
  }
  open() {
    this.readyState = 1
    this.onopen()
  }
  drop() {
    this.readyState = 3
    this.onclose()
  }
}

describe('live notices', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    FakeSocket.all = []
    vi.stubGlobal('WebSocket', FakeSocket)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('watches what the page shows and hands on only that', () => {
    const live = new Realtime()
    const heard = vi.fn()
    live.subscribe('checkup', 9, heard)
    live.connect('ws://h/ws/staff')
    const socket = FakeSocket.all[0]!
    socket.open()
    expect(socket.sent).toEqual([{ watch: { kind: 'checkup', id: '9' } }])
    socket.onmessage({
      data: JSON.stringify({ about: { kind: 'checkup', id: 9 }, notice: { kind: 'results_arrived' } }),
    })
    socket.onmessage({
      data: JSON.stringify({ about: { kind: 'checkup', id: 8 }, notice: { kind: 'moved' } }),
    })
    socket.onmessage({ data: JSON.stringify({ ready: true }) })
    expect(heard.mock.calls).toEqual([[{ kind: 'results_arrived' }]])
  })

  it('comes back after a cut, watches again and asks the page to reload', () => {
    const live = new Realtime()
    const heard = vi.fn()
    live.subscribe('board', 0, heard)
    live.connect('ws://h/ws/staff')
    FakeSocket.all[0]!.open()
    FakeSocket.all[0]!.drop()
    expect(live.state.value).toBe('lost')
    vi.advanceTimersByTime(600)
    FakeSocket.all[1]!.open()
    expect(live.state.value).toBe('live')
    expect(FakeSocket.all[1]!.sent).toEqual([{ watch: { kind: 'board', id: '0' } }])
    expect(heard).toHaveBeenCalledWith({ kind: 'resync' })
  })

  it('stops watching when the last listener goes', () => {
    const live = new Realtime()
    live.connect('ws://h/ws/staff')
    FakeSocket.all[0]!.open()
    const one = live.subscribe('station', 2, vi.fn())
    const two = live.subscribe('station', 2, vi.fn())
    one()
    expect(FakeSocket.all[0]!.sent).toHaveLength(1)
    two()
    expect(FakeSocket.all[0]!.sent[1]).toEqual({ unwatch: { kind: 'station', id: '2' } })
  })
})
