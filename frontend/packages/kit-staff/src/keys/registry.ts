import { onBeforeUnmount, reactive, shallowReactive, toValue, type MaybeRefOrGetter } from 'vue'

/** One action on one key. The same key means the same thing on every screen (see the keyboard map in the UI guide). */
export interface KeyBinding {
  /** As shown on the cap: `F8`, `Enter`, `Esc`, `Del`, `Alt+←`, `1`. */
  key: string
  label: string
  run?: (event?: KeyboardEvent) => void
  /** `bar`: button at the right; `hint`: cap and word at the left; `none`: only in the keyboard map. */
  place?: 'bar' | 'hint' | 'none'
  primary?: boolean
  critical?: boolean
  /** Not possible now: the reason is shown beside the button, and said when the key is pressed. */
  blocked?: string | false | null
  /** While true the button waits and further presses do nothing. */
  busy?: boolean
  /** Further caps that do the same, shown before the label: `['↓']`. */
  also?: string[]
}

/** The browser owns these. */
export const FORBIDDEN_KEYS = ['F1', 'F5', 'F11', 'F12', 'Ctrl+W', 'Ctrl+T', 'Ctrl+N']
const ARROWS: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' }
const NAMES: Record<string, string> = { ...ARROWS, Escape: 'Esc', Delete: 'Del', ' ': 'Space' }
const STORAGE_KEY = 'kq.keymap'

interface Scope {
  id: number
  bindings: MaybeRefOrGetter<KeyBinding[]>
  /** Keys of scopes below are not heard (dialogs). */
  exclusive: boolean
}

export class KeyRegistry {
  readonly scopes = shallowReactive<Scope[]>([])
  /** standard key -> key of this workstation */
  readonly remapped = reactive<Record<string, string>>(readMap())
  private next = 1
  onBlocked: (reason: string) => void = () => undefined

  push(bindings: MaybeRefOrGetter<KeyBinding[]>, exclusive = false): () => void {
    const scope = { id: this.next++, bindings, exclusive }
    this.scopes.push(scope)
    return () => {
      const at = this.scopes.findIndex((one) => one.id === scope.id)
      if (at >= 0) this.scopes.splice(at, 1)
    }
  }

  /** All bindings that can be heard now, the topmost scope first, each key once. */
  active(): KeyBinding[] {
    const seen = new Set<string>()
    const found: KeyBinding[] = []
    for (const scope of [...this.scopes].reverse()) {
      for (const binding of toValue(scope.bindings)) {
        if (seen.has(binding.key)) continue
        seen.add(binding.key)
        found.push(binding)
      }
      if (scope.exclusive) break
    }
    return found
  }

  /** The cap to draw: the workstation's own key where it was changed. */
  cap(key: string): string {
    return this.remapped[key] ?? key
  }

  /** True when the key did something (the caller then prevents the browser's own meaning). */
  handle(event: KeyboardEvent): boolean {
    const pressed = capOf(event)
    const binding = this.active().find((one) => one.run && this.cap(one.key) === pressed)
    if (!binding || event.isComposing) return false
    if (isTyping(event.target) && !worksWhileTyping(pressed)) return false
    if (binding.busy) return true
    if (binding.blocked) this.onBlocked(binding.blocked)
    else binding.run?.(event)
    return true
  }

  /** Gives a standard key another cap on this workstation; the old owner of the cap takes the standard key. */
  remap(key: string, cap: string): string | null {
    if (FORBIDDEN_KEYS.includes(cap)) return cap
    const owner = Object.keys(this.remapped).find((one) => this.remapped[one] === cap)
    const before = this.cap(key)
    if (owner) this.remapped[owner] = before
    else if (cap !== key) this.remapped[cap] = before
    this.remapped[key] = cap
    for (const one of Object.keys(this.remapped)) if (this.remapped[one] === one) delete this.remapped[one]
    localStorage.setItem(STORAGE_KEY, JSON.stringify(this.remapped))
    return null
  }

  resetMap(): void {
    for (const key of Object.keys(this.remapped)) delete this.remapped[key]
    localStorage.removeItem(STORAGE_KEY)
  }
}

function readMap(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') as Record<string, string>
  } catch {
    return {}
  }
}

/** The cap of a keyboard event, modifiers first. */
export function capOf(event: KeyboardEvent): string {
  const name = NAMES[event.key] ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key)
  return `${event.ctrlKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${name}`
}

/** A field that takes letters and digits for itself. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'file'].includes(target.type)
}

function worksWhileTyping(cap: string): boolean {
  return /^F\d+$/.test(cap) || cap === 'Esc' || cap.includes('+')
}

export const keyRegistry = new KeyRegistry()

/** Registers keys for as long as the calling component lives. A getter keeps labels and reasons up to date. */
export function useKeys(
  bindings: MaybeRefOrGetter<KeyBinding[]>,
  options: { exclusive?: boolean } = {},
): void {
  onBeforeUnmount(keyRegistry.push(bindings, options.exclusive))
}

/** A confirmation answers its own keys; nothing behind it may hear them. */
const ASKING = '.el-overlay:not([style*="display: none"]) .el-message-box'

/** Starts listening on the page; returns the function that stops. */
export function listenToKeys(registry = keyRegistry): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented || document.querySelector(ASKING)) return
    if (registry.handle(event)) event.preventDefault()
  }
  window.addEventListener('keydown', listener)
  return () => window.removeEventListener('keydown', listener)
}
