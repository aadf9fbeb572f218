import { ref } from 'vue'

/** Chinese is the source: the Chinese string itself is the key, `en` is a translation of it. */
export type Locale = 'zh' | 'en'
export type Messages = Record<string, string>
export type MessageLoader = () => Promise<{ default: Messages }>

const STORAGE_KEY = 'kq.locale'
const english = ref<Messages>({})
const loaders: MessageLoader[] = [() => import('../en.json')]

export const locale = ref<Locale>('zh')

/** Translates a Chinese source string; `{name}` takes its value from `params`. Unknown strings stay Chinese. */
export function t(source: string, params?: Record<string, string | number>): string {
  const text = locale.value === 'en' ? (english.value[source] ?? source) : source
  if (!params) return text
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole))
}

/** A module adds its own translations; they load only when English is chosen. */
export function addMessages(loader: MessageLoader): void {
  loaders.push(loader)
}

export async function setLocale(next: Locale): Promise<void> {
  if (next === 'en') {
    const parts = await Promise.all(loaders.map((load) => load()))
    english.value = Object.assign({}, ...parts.map((part) => part.default))
  }
  locale.value = next
  localStorage.setItem(STORAGE_KEY, next)
  document.documentElement.lang = next === 'en' ? 'en' : 'zh-CN'
}

/** Takes the language of the last visit on this workstation. */
export async function restoreLocale(): Promise<void> {
  if (localStorage.getItem(STORAGE_KEY) === 'en') await setLocale('en')
}
