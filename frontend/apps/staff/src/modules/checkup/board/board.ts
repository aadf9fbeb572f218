/** Reading the in-progress board: who waits longest, where the queue is, who nearly is done. */
export interface BoardCell {
  department_id: number
  state: string
  minutes: number | null
}
export interface BoardRow {
  checkup_id: number
  checkup_no: string
  queue_no: number | null
  name: string
  sex_label: string
  age: number | null
  status: string
  status_label: string
  minutes_in_hospital: number | null
  package: string
  max_level: string | null
  cells: BoardCell[]
}
export interface BoardDepartment {
  id: number
  name: string
  waiting: number
  examining: number
  done: number
  longest_minutes: number | null
}
export interface Board {
  departments: BoardDepartment[]
  count: number
  items: BoardRow[]
}

/** Minutes from which a wait is shown as long, and as too long. */
export const LONG = 20
export const TOO_LONG = 30

const FINISHED = ['done', 'declined', 'postponed']
const WAITING = ['waiting', 'called', 'skipped']
export const isFinished = (cell: BoardCell): boolean => FINISHED.includes(cell.state)
export const isWaiting = (cell: BoardCell): boolean => WAITING.includes(cell.state)

export const doneOf = (row: BoardRow): number => row.cells.filter(isFinished).length

/** The longest wait of a person now, in minutes. */
export function longestWait(row: BoardRow): number {
  return Math.max(0, ...row.cells.filter(isWaiting).map((cell) => cell.minutes ?? 0))
}

export type Filter = 'all' | 'long' | 'last'

export function matches(row: BoardRow, filter: Filter): boolean {
  if (filter === 'long') return longestWait(row) >= LONG
  if (filter === 'last') return row.cells.length - doneOf(row) === 1
  return true
}

/** A-class findings first, then the longest wait, then the longest stay. */
export function arrange(rows: BoardRow[], filter: Filter): BoardRow[] {
  const rank = (row: BoardRow) => (row.max_level === 'A' ? 1 : 0)
  return rows
    .filter((row) => matches(row, filter))
    .sort(
      (a, b) =>
        rank(b) - rank(a) ||
        longestWait(b) - longestWait(a) ||
        (b.minutes_in_hospital ?? 0) - (a.minutes_in_hospital ?? 0),
    )
}

/** Departments where somebody waits too long or the queue is longest; at most three. */
export function bottlenecks(departments: BoardDepartment[]): BoardDepartment[] {
  return departments
    .filter((one) => one.waiting > 0)
    .sort((a, b) => (b.longest_minutes ?? 0) - (a.longest_minutes ?? 0) || b.waiting - a.waiting)
    .slice(0, 3)
}

/** The shortest queue, at most a third of this one, that somebody waiting here still has to visit: where to send whom. */
export function redirects(
  board: Board,
  from: BoardDepartment,
): { department: BoardDepartment; people: BoardRow[] } | null {
  const short = board.departments.filter((one) => one.id !== from.id && one.waiting * 3 <= from.waiting)
  const queued = board.items.filter((row) =>
    row.cells.some((cell) => cell.department_id === from.id && isWaiting(cell)),
  )
  const options = short
    .map((department) => ({
      department,
      people: queued.filter((row) =>
        row.cells.some((cell) => cell.department_id === department.id && !isFinished(cell)),
      ),
    }))
    .filter((one) => one.people.length > 0)
    .sort((a, b) => a.department.waiting - b.department.waiting || b.people.length - a.people.length)
  return options[0] ?? null
}

export function averageWait(board: Board): number {
  const waits = board.items.flatMap((row) => row.cells.filter(isWaiting).map((cell) => cell.minutes ?? 0))
  return waits.length ? Math.round(waits.reduce((sum, one) => sum + one, 0) / waits.length) : 0
}
