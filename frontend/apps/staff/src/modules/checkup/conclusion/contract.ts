/** Shapes of conclusion and review (docs/architecture/checkup-api.md). */
export const CONCLUSIONS = '/api/v1/checkup/conclusions'
export const REVIEWS = '/api/v1/checkup/reviews'
export const REPORTS = '/api/v1/checkup/reports'

export type Level = 'A' | 'B' | 'C' | 'D'

export interface WorklistRow {
  checkup_id: number
  checkup_no: string
  name: string
  sex: string
  sex_label: string
  age: number | null
  package: string
  status: string
  status_label: string
  enrolled_on: string
  departments_done_at: string | null
  is_urgent: boolean
  owner: string
  owner_id: number | null
  claimed_at: string | null
  abnormal: number
  max_level: Level | null
  sent_back_reason: string
  concluded_by: string
  concluded_at: string | null
  reviewed_by: string
  reviewed_at: string | null
}

export interface Result {
  result_id: number
  item_id: number
  code: string
  name: string
  value: string
  unit: string
  flag: string
  prompt: string
  class_text: string
  range_text: string
  is_abnormal: boolean
  previous: string
  panel: string
}

export interface Department {
  department_id: number
  name: string
  doctor: string
  done_at: string | null
  status: string
  status_label: string
  abnormal: number
  summary: string
  results: Result[]
}

export interface NotDone {
  panel: string
  department: string
  status: string
  status_label: string
  reason: string
}

export interface Evidence {
  text: string
  result_id: number | null
  flag: string
}

export interface Line {
  id: number
  term_id: number | null
  term_code: string
  name: string
  advice: string
  level: Level
  sort_no: number
  source: 'auto' | 'manual'
  evidence: Evidence[]
  merged_from: string[]
  merged_into_id: number | null
  recheck_days: number | null
  edited: boolean
  is_private: boolean
}

export interface Finding {
  id: number
  level: Level
  name: string
  evidence: string
  found_at: string
  due_at: string | null
  notified_at: string | null
  notified_by: string
  how: string
  told: string
}

export interface Trend {
  item_id: number
  code: string
  name: string
  unit: string
  range_low: number | null
  range_high: number | null
  range_text: string
  points: { date: string; value: number; flag: string }[]
}

export interface ConclusionBlock {
  status: string
  status_label: string
  owner: string
  owner_id: number | null
  claimed_at: string | null
  mine: boolean
  version: number
  overview: string
  verdict: string
  overview_edited: boolean
  generated_at: string | null
  stale: boolean
  concluded_by: string
  concluded_at: string | null
  reviewed_by: string
  reviewed_at: string | null
  sent_back_reason: string
  sent_back_by: string
  can_edit: boolean
  read_only_reason: string
  blockers: { code: string; text: string; finding_id: number | null }[]
  review_blocker: string
}

export interface CheckupBlock {
  id: number
  checkup_no: string
  status: string
  status_label: string
  age: number | null
  sex: string
  kind: string
  package: string
  enrolled_on: string
  panels_done: number
  panels_total: number
  is_urgent: boolean
}

export interface ConclusionPage {
  checkup: CheckupBlock
  person: { id: number; name: string; sex: string; sex_label: string; age: number | null; allergies: string }
  conclusion: ConclusionBlock
  departments: Department[]
  not_done: NotDone[]
  counts: { items: number; abnormal: number; declined: number }
  lines: Line[]
  hidden: Line[]
  important_findings: Finding[]
  trends: Trend[]
  history: { checkup_id: number; date: string; verdict: string }[]
}

export type ChangeKind = 'added' | 'removed' | 'changed' | 'suppressed' | 'unsupported'
export interface Change {
  kind: ChangeKind
  name: string
}

export interface Term {
  id: number
  code: string
  name: string
  level: Level
  advice: string
  recheck_days: number | null
}

export interface LineIn {
  id: number | null
  name: string
  advice: string
  level: Level
  term_id: number | null
  merged_ids: number[]
  recheck_days: number | null
}

export interface SaveIn {
  version: number
  overview: string | null
  lines: LineIn[]
}
