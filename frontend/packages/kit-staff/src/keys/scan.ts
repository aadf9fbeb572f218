import { onBeforeUnmount, onMounted } from 'vue'

/** A scanner types far faster than a hand and ends with Enter. Times in milliseconds. */
export const SCAN_GAP_MS = 40
export const SCAN_MIN_LENGTH = 5

/** Pure detector: feed every key with its time; returns the code when a fast burst ends in Enter. */
export class ScanDetector {
  private text = ''
  private last = -Infinity

  constructor(
    private readonly gap = SCAN_GAP_MS,
    private readonly minLength = SCAN_MIN_LENGTH,
  ) {}

  /** True while the burst still begins (the first key after a pause). */
  get atStart(): boolean {
    return this.text.length === 1
  }

  feed(key: string, time: number): string | null {
    const fast = time - this.last <= this.gap
    this.last = time
    if (key === 'Enter') {
      const code = fast && this.text.length >= this.minLength ? this.text : null
      this.text = ''
      return code
    }
    if (key.length !== 1) return null
    this.text = fast ? this.text + key : key
    return null
  }
}

type ScanHandler = (code: string) => boolean | void | Promise<boolean | void>
const handlers: ScanHandler[] = []
let fallback: ScanHandler = () => undefined

/** What happens with a scan that no page took: the shell jumps to the person. */
export function onUnclaimedScan(handler: ScanHandler): void {
  fallback = handler
}

/** A page takes scans while it is open; the latest page is asked first, `false` passes the scan on. */
export function useScan(handler: ScanHandler): void {
  onMounted(() => handlers.push(handler))
  onBeforeUnmount(() => {
    const at = handlers.lastIndexOf(handler)
    if (at >= 0) handlers.splice(at, 1)
  })
}

export async function dispatchScan(code: string): Promise<void> {
  for (const handler of [...handlers].reverse()) {
    if ((await handler(code)) !== false) return
  }
  await fallback(code)
}

/** Passwords and one-time codes may come from a key or a password tool, which type as fast as a scanner. */
function isSecret(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement &&
    (target.type === 'password' || target.autocomplete === 'one-time-code')
  )
}

/** Listens for scans anywhere on the page. What the scanner typed into a field is taken out again, except in fields marked data-scan. */
export function listenToScans(dispatch: (code: string) => unknown = dispatchScan): () => void {
  const detector = new ScanDetector()
  let field: HTMLInputElement | HTMLTextAreaElement | null = null
  let before = ''
  const listener = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isSecret(event.target)) return
    const code = detector.feed(event.key, event.timeStamp)
    if (detector.atStart) {
      field = editable(event.target)
      before = field?.value ?? ''
    }
    if (code === null || field?.dataset.scan !== undefined) return
    event.preventDefault()
    event.stopPropagation()
    if (field && field.value !== before) {
      field.value = before
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    dispatch(code)
  }
  window.addEventListener('keydown', listener, { capture: true })
  return () => window.removeEventListener('keydown', listener, { capture: true })
}

function editable(target: EventTarget | null): HTMLInputElement | HTMLTextAreaElement | null {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null
}
