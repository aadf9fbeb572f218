/** Moving between entry cells: cells carry `data-cell`, their table (or form) carries `data-cells`. */
export function cellsAround(from: HTMLElement): HTMLElement[] {
  const home = from.closest<HTMLElement>('[data-cells]') ?? document.body
  return [...home.querySelectorAll<HTMLElement>('[data-cell]')].filter(
    (cell) => !cell.hasAttribute('disabled'),
  )
}

/** Focuses the cell `step` places on; false when there is none. */
export function moveCell(from: HTMLElement, step: number): boolean {
  const cells = cellsAround(from)
  const target = cells[cells.indexOf(from) + step]
  if (!target) return false
  target.focus()
  if (target instanceof HTMLInputElement) target.select()
  target.scrollIntoView?.({ block: 'nearest' })
  return true
}

/** Focuses the first empty cell, or the first, inside an element. */
export function focusFirstCell(home: HTMLElement | null): void {
  const cells = [...(home?.querySelectorAll<HTMLInputElement>('[data-cell]:not([disabled])') ?? [])]
  const target = cells.find((cell) => !cell.value) ?? cells[0]
  target?.focus()
}
