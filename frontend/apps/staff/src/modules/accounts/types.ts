export interface Ref {
  id: number
  code: string
  name: string
}

export interface UserRow {
  id: number
  username: string
  name: string
  pinyin: string
  phone: string
  email: string
  title: string
  discount_limit: string
  roles: Ref[]
  departments: Ref[]
  is_active: boolean
  must_change_password: boolean
  has_totp: boolean
  last_seen_at: string | null
  [other: string]: unknown
}
