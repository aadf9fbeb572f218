const KEY = 'kq.station'

/** The station that this workstation worked at last; a room's computer stays in its room. */
export function lastStation(): number | null {
  const id = Number(localStorage.getItem(KEY))
  return Number.isInteger(id) && id > 0 ? id : null
}

export function rememberStation(id: number | null): void {
  if (id === null) localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, String(id))
}
