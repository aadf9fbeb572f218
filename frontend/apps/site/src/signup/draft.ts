import { emptyForm, type SignUpForm } from './rules'

const DRAFT = 'kq.signup.draft.1'
const KEY = 'kq.signup.key.1'

/** Codes are short-lived and secret, consent is given anew: neither is kept. */
export function saveDraft(form: SignUpForm, store: Storage = sessionStorage): void {
  const kept: SignUpForm = { ...form, phone_code: '', email_code: '', consent: false }
  try {
    store.setItem(DRAFT, JSON.stringify(kept))
  } catch {
    // A full or forbidden store only costs the draft.
  }
}

export function loadDraft(store: Storage = sessionStorage): SignUpForm {
  const form = emptyForm()
  try {
    const kept = JSON.parse(store.getItem(DRAFT) ?? '{}') as Record<string, unknown>
    for (const [name, value] of Object.entries(kept)) {
      if (name in form && typeof value === typeof form[name as keyof SignUpForm])
        Object.assign(form, { [name]: value })
    }
  } catch {
    return emptyForm()
  }
  return form
}

export function clearDraft(store: Storage = sessionStorage): void {
  store.removeItem(DRAFT)
  store.removeItem(KEY)
}

function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}

function digest(text: string): string {
  let hash = 5381
  for (let i = 0; i < text.length; i++) hash = ((hash * 33) ^ text.charCodeAt(i)) >>> 0
  return `${text.length}:${hash}`
}

/**
 * One key per distinct payload: a second click or a retry after a lost answer repeats it,
 * a corrected form gets a new one.
 */
export function keyFor(payload: unknown, store: Storage = sessionStorage): string {
  const print = digest(JSON.stringify(payload))
  try {
    const kept = JSON.parse(store.getItem(KEY) ?? 'null') as { key: string; print: string } | null
    if (kept?.print === print) return kept.key
  } catch {
    store.removeItem(KEY)
  }
  const key = randomKey()
  store.setItem(KEY, JSON.stringify({ key, print }))
  return key
}
