import type { ConclusionPage, Level, Line, SaveIn, Term } from './contract'

/** A line as it stands on the screen; `key` lives as long as the page, `id` is null until it is saved. */
export interface DraftLine extends Omit<Line, 'id'> {
  key: string
  id: number | null
  /** Lines folded into this one; the server keeps them, it needs the whole list at every save. */
  mergedIds: number[]
}

/** What the doctor works on. Nothing that the server generates gets in here while there are unsaved edits. */
export interface Draft {
  version: number
  overview: string
  /** false: the overview is the generated one. */
  overviewEdited: boolean
  lines: DraftLine[]
  hidden: DraftLine[]
}

let fresh = 0

function toDraft(line: Line, hidden: Line[]): DraftLine {
  const mergedIds = hidden.filter((one) => one.merged_into_id === line.id).map((one) => one.id)
  return { ...line, key: `line-${line.id}`, mergedIds }
}

export function draftOf(page: ConclusionPage): Draft {
  return {
    version: page.conclusion.version,
    overview: page.conclusion.overview,
    overviewEdited: page.conclusion.overview_edited,
    lines: page.lines.map((line) => toDraft(line, page.hidden)),
    hidden: page.hidden.map((line) => toDraft(line, page.hidden)),
  }
}

/** The body of a save: the whole list in order. What is left out is hidden by the server and stays hidden. */
export function bodyOf(draft: Draft): SaveIn {
  return {
    version: draft.version,
    overview: draft.overviewEdited ? draft.overview : null,
    lines: draft.lines.map((line) => ({
      id: line.id,
      name: line.name.trim(),
      advice: line.advice,
      level: line.level,
      term_id: line.term_id,
      merged_ids: line.mergedIds,
      recheck_days: line.recheck_days,
    })),
  }
}

export function isSame(one: Draft, other: Draft): boolean {
  return JSON.stringify(bodyOf(one)) === JSON.stringify(bodyOf(other))
}

const isA = (line: DraftLine | undefined): boolean => line?.level === 'A'

/** Class A stays in front: nothing passes over the border between A and the rest. */
export function canMove(lines: DraftLine[], from: number, to: number): boolean {
  if (from === to || !lines[from] || !lines[to]) return false
  return isA(lines[from]) === isA(lines[to])
}

export function move(lines: DraftLine[], from: number, to: number): DraftLine[] {
  if (!canMove(lines, from, to)) return lines
  const next = [...lines]
  const [line] = next.splice(from, 1)
  next.splice(to, 0, line as DraftLine)
  return next
}

/** A line that becomes class A joins the front block; one that was A leaves it. The rest keeps the doctor's order. */
export function setLevel(lines: DraftLine[], key: string, level: Level): DraftLine[] {
  const changed = lines.map((line) => (line.key === key ? { ...line, level } : line))
  return [...changed.filter(isA), ...changed.filter((line) => !isA(line))]
}

export function hide(draft: Draft, key: string): Draft {
  const line = draft.lines.find((one) => one.key === key)
  if (!line) return draft
  const lines = draft.lines.filter((one) => one.key !== key)
  // A line that was never saved has nothing to come back to.
  const hidden = line.id === null ? draft.hidden : [...draft.hidden, { ...line, merged_into_id: null }]
  return { ...draft, lines, hidden }
}

/** Back into the list: behind the last line of its level or a graver one. */
export function restore(draft: Draft, key: string): Draft {
  const line = draft.hidden.find((one) => one.key === key)
  if (!line) return draft
  const lines = draft.lines.map((one) => ({
    ...one,
    mergedIds: one.mergedIds.filter((id) => id !== line.id),
  }))
  return {
    ...draft,
    lines: insert(lines, { ...line, merged_into_id: null }),
    hidden: draft.hidden.filter((one) => one.key !== key),
  }
}

function insert(lines: DraftLine[], line: DraftLine): DraftLine[] {
  const at = lines.findLastIndex((one) => one.level <= line.level) + 1
  return [...lines.slice(0, at), line, ...lines.slice(at)]
}

/** Folds lines into another: names and evidence gather there, the graver level wins, the words stay. */
export function merge(draft: Draft, intoKey: string, keys: string[]): Draft {
  const into = draft.lines.find((one) => one.key === intoKey)
  const folded = draft.lines.filter((one) => keys.includes(one.key) && one.key !== intoKey)
  if (!into || folded.length === 0) return draft
  const evidence = [...into.evidence]
  for (const part of folded.flatMap((one) => one.evidence))
    if (!evidence.some((one) => one.text === part.text && one.result_id === part.result_id))
      evidence.push(part)
  const level = [into, ...folded].map((one) => one.level).sort()[0] as Level
  const ids = folded.flatMap((one) => [one.id, ...one.mergedIds]).filter((id): id is number => id !== null)
  const together: DraftLine = {
    ...into,
    evidence,
    merged_from: [...new Set([...into.merged_from, ...folded.map((one) => one.name)])],
    mergedIds: [...new Set([...into.mergedIds, ...ids])],
  }
  const gone = new Set(folded.map((one) => one.key))
  const lines = draft.lines
    .filter((one) => !gone.has(one.key))
    .map((one) => (one.key === intoKey ? together : one))
  const away = folded
    .filter((one) => one.id !== null)
    .map((one) => ({ ...one, merged_into_id: into.id, mergedIds: [] }))
  return { ...draft, lines: setLevel(lines, intoKey, level), hidden: [...draft.hidden, ...away] }
}

/** A line from the dictionary, or of the doctor's own words. The same term twice is the line that is there already. */
export function add(draft: Draft, term: Term | string): { draft: Draft; key: string } {
  const name = typeof term === 'string' ? term.trim() : term.name
  const termId = typeof term === 'string' ? null : term.id
  const same = (one: DraftLine) => (termId !== null ? one.term_id === termId : one.name === name)
  const there = draft.lines.find(same)
  if (there) return { draft, key: there.key }
  const away = draft.hidden.find((one) => same(one) && one.merged_into_id === null)
  if (away) return { draft: restore(draft, away.key), key: away.key }
  const line: DraftLine = {
    key: `new-${++fresh}`,
    id: null,
    term_id: termId,
    term_code: typeof term === 'string' ? '' : term.code,
    name,
    advice: typeof term === 'string' ? '' : term.advice,
    level: typeof term === 'string' ? 'C' : term.level,
    sort_no: 0,
    source: 'manual',
    evidence: [],
    merged_from: [],
    merged_into_id: null,
    recheck_days: typeof term === 'string' ? null : term.recheck_days,
    edited: true,
    is_private: false,
    mergedIds: [],
  }
  return { draft: { ...draft, lines: insert(draft.lines, line) }, key: line.key }
}

/** The line that takes the place of one that has gone. */
export function neighbour(lines: DraftLine[], key: string): string | null {
  const at = lines.findIndex((one) => one.key === key)
  return (lines[at + 1] ?? lines[at - 1])?.key ?? null
}
