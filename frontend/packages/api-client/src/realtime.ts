import { ref, type Ref } from 'vue'

export type LiveState = 'off' | 'connecting' | 'live' | 'lost'
export interface Notice {
  kind: string
  [key: string]: unknown
}
type Listener = (notice: Notice) => void

const RETRY_MS = [500, 1000, 2000, 5000, 10_000]

/** One websocket for the whole page; topics are (kind, id). After a gap every listener hears `resync` and reloads. */
export class Realtime {
  readonly state: Ref<LiveState> = ref('off')
  private socket: WebSocket | null = null
  private url = ''
  private attempt = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private topics = new Map<string, { kind: string; id: string; listeners: Set<Listener> }>()

  connect(url: string): void {
    this.close()
    this.url = url
    this.open()
  }

  close(): void {
    clearTimeout(this.timer)
    this.url = ''
    const socket = this.socket
    this.socket = null
    socket?.close()
    this.state.value = 'off'
  }

  /** Returns the function that ends the subscription. */
  subscribe(kind: string, id: string | number, listener: Listener): () => void {
    const key = `${kind}:${id}`
    const topic = this.topics.get(key) ?? { kind, id: String(id), listeners: new Set<Listener>() }
    if (!this.topics.has(key)) {
      this.topics.set(key, topic)
      this.say('watch', kind, topic.id)
    }
    topic.listeners.add(listener)
    return () => {
      topic.listeners.delete(listener)
      if (topic.listeners.size === 0 && this.topics.delete(key)) this.say('unwatch', kind, topic.id)
    }
  }

  private open(): void {
    this.state.value = this.attempt === 0 ? 'connecting' : 'lost'
    const socket = new WebSocket(this.url)
    this.socket = socket
    socket.onopen = () => this.opened()
    socket.onmessage = (event) => this.heard(String(event.data))
    socket.onclose = () => this.lost(socket)
  }

  private opened(): void {
    const again = this.attempt > 0
    this.attempt = 0
    this.state.value = 'live'
    for (const { kind, id, listeners } of this.topics.values()) {
      this.say('watch', kind, id)
      if (again) for (const listener of listeners) listener({ kind: 'resync' })
    }
  }

  private heard(text: string): void {
    const { about, notice } = JSON.parse(text) as {
      about?: { kind: string; id: string | number }
      notice?: Notice
    }
    const topic = about && this.topics.get(`${about.kind}:${about.id}`)
    if (!topic || !notice) return
    for (const listener of topic.listeners) listener(notice)
  }

  private lost(socket: WebSocket): void {
    if (socket !== this.socket || !this.url) return
    this.state.value = 'lost'
    const wait = RETRY_MS[Math.min(this.attempt, RETRY_MS.length - 1)]
    this.attempt += 1
    this.timer = setTimeout(() => this.open(), wait)
  }

  private say(verb: 'watch' | 'unwatch', kind: string, id: string): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ [verb]: { kind, id } }))
  }
}

export const realtime = new Realtime()
