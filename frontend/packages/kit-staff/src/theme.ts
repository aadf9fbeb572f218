import { ref } from 'vue'

const STORAGE_KEY = 'kq.theme'
export const isDark = ref(false)

export function setDark(dark: boolean): void {
  isDark.value = dark
  document.documentElement.classList.toggle('dark', dark)
  localStorage.setItem(STORAGE_KEY, dark ? 'dark' : 'light')
}

/** Light unless this workstation chose dark. */
export function restoreTheme(): void {
  setDark(localStorage.getItem(STORAGE_KEY) === 'dark')
}
