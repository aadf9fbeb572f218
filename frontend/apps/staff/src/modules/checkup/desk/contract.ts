/** Shapes of the check-up API that desk, check-in, blood draw and board share (docs/architecture/checkup-api.md). */
export interface Person {
  id: number
  archive_no: string
  name: string
  pinyin: string
  sex: string
  sex_label: string
  birth_date: string | null
  age: number | null
  id_number_masked: string | null
  phone_masked: string | null
  photo_url: string | null
  allergies: string | null
  marriage: string | null
  occupation: string | null
  last_checkup_on?: string | null
}

export interface NewPerson {
  name: string
  id_kind: string
  id_number: string
  sex: string
  birth_date: string
  phone: string
  allergies: string
}

export interface Duplicate {
  person: Person
  reasons: string[]
  reason_text: string
}

export interface IdReading {
  valid: boolean
  sex: string | null
  birth_date: string | null
  age: number | null
  message: string
}

export interface Package {
  id: number
  code: string
  name: string
  kind: string
  scope: string
  panel_count: number
  item_count: number
  list_price: string
  price: string
  fit: boolean
  misfit: string
  panel_ids: number[]
}

export interface PanelOffer {
  id: number
  code: string
  name: string
  department: string
  price: string
  preparation: string
  item_count: number
  verdict: 'ok' | 'overlap' | 'refused'
  note: string
}

export interface QuoteLine {
  panel_id: number
  name: string
  department: string
  preparation: string
  list_price: string
  price: string
  payer: string
  is_added: boolean
  problem: string
}

export interface Quote {
  lines: QuoteLine[]
  panel_count: number
  item_count: number
  tube_count: number
  label_count: number
  list_amount: string
  discount_amount: string
  amount: string
  problems: { panel_id: number; code: string; text: string; blocking: boolean }[]
}

export interface CheckupRow {
  id: number
  checkup_no: string
  queue_no: number | null
  enrolled_at: string
  name: string
  sex: string
  sex_label: string
  age: number | null
  package_name: string
  status: string
  status_label: string
  payment_status: string
  amount: string
  is_urgent: boolean
}

export interface Today {
  counts: Record<string, number>
  mine: boolean
  count: number
  items: CheckupRow[]
}

export interface OrderedPanel {
  id: number
  panel_id: number
  name: string
  department: string
  status: string
  status_label: string
  price: string
  is_added: boolean
  reason: string
}

export interface Specimen {
  id: number
  barcode: string
  tube: string
  tube_color: string
  specimen_kind: string
  label: string
  panels: string[]
  fasting: boolean
  is_blood?: boolean
  status: string
  status_label: string
  drawn_at: string | null
  drawn_by: string | null
  draw_order?: number
  volume_ml?: string | null
}

export interface DepartmentState {
  department_id: number
  name: string
  location: string
  status: string
  status_label: string
  done: number
  total: number
  waiting_minutes: number | null
}

export interface CheckupDetail {
  id: number
  checkup_no: string
  status: string
  status_label: string
  person: Person
  age: number | null
  kind: string
  kind_id: number
  package: string
  is_urgent: boolean
  queue_no: number | null
  enrolled_at: string
  enrolled_by: string
  checked_in_at: string | null
  payment_status: string
  list_amount: string
  amount: string
  guide_sheet_prints: number
  label_prints: number
  panels: OrderedPanel[]
  specimens: Specimen[]
  departments: DepartmentState[]
  available: string[]
}

export interface Enrolled extends CheckupDetail {
  print: { guide_sheet: boolean; labels: boolean }
}

export interface Lookup {
  checkup_id: number
  checkup_no: string
  specimen_id: number | null
  barcode: string | null
  name: string
  status: string
  status_label: string
}

export interface Page<T> {
  items: T[]
  count: number
}

export const CHECKUP = '/api/v1/checkup'
export const PERSONS = '/api/v1/people/persons'
