import { reactive, watch } from 'vue'

let owner = 'anyone'

/** Memory belongs to a user on this workstation; the hospital is the host itself. */
export function rememberFor(user: string): void {
  owner = user
}

/** A reactive object kept in this browser; new keys of `initial` are taken over, unreadable memory is forgotten. */
export function remembered<T extends object>(name: string, initial: T): T {
  const key = `kq.${owner}.${name}`
  const value = reactive({ ...initial, ...read(key) }) as T
  watch(value, (next) => localStorage.setItem(key, JSON.stringify(next)), { deep: true })
  return value
}

function read(key: string): object {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as object
  } catch {
    return {}
  }
}
