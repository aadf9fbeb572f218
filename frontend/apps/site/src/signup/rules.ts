/** What the form can tell before asking the server. The server decides; these only spare a round trip. */
export interface SignUpForm {
  plan: string
  group_name: string
  hospital_name: string
  subdomain: string
  contact_name: string
  phone: string
  phone_code: string
  email: string
  email_code: string
  consent: boolean
  demo_data: boolean
}

export type FieldName = Exclude<keyof SignUpForm, 'consent' | 'demo_data'> | 'consent_version'

export const FIELDS: readonly FieldName[] = [
  'plan',
  'group_name',
  'hospital_name',
  'subdomain',
  'contact_name',
  'phone',
  'phone_code',
  'email',
  'email_code',
  'consent_version',
]

export const LABELS: Record<FieldName, string> = {
  plan: '方案',
  group_name: '集团名称',
  hospital_name: '医院名称',
  subdomain: '医院网址',
  contact_name: '您的姓名',
  phone: '手机',
  phone_code: '短信验证码',
  email: '工作邮箱',
  email_code: '邮件验证码',
  consent_version: '同意条款',
}

export const emptyForm = (): SignUpForm => ({
  plan: '',
  group_name: '',
  hospital_name: '',
  subdomain: '',
  contact_name: '',
  phone: '',
  phone_code: '',
  email: '',
  email_code: '',
  consent: false,
  demo_data: true,
})

export const normalizePhone = (raw: string): string =>
  raw.replace(/[\s-]/g, '').replace(/^\+?86(?=1\d{10}$)/, '')
export const normalizeSubdomain = (raw: string): string => raw.trim().toLowerCase()

export const isPhone = (raw: string): boolean => /^1[3-9]\d{9}$/.test(normalizePhone(raw))
export const isEmail = (raw: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(raw.trim())
export const isCode = (raw: string): boolean => /^\d{6}$/.test(raw)

/** Empty when the shape is fine; otherwise what to change. */
export function subdomainFault(raw: string): string {
  const value = normalizeSubdomain(raw)
  if (!value) return ''
  if (/[^a-z0-9-]/.test(value)) return '只能用小写字母、数字和短横线'
  if (value.length < 3) return `还差 ${3 - value.length} 位，至少 3 位`
  if (value.length > 30) return `多了 ${value.length - 30} 位，最多 30 位`
  if (/^-|-$|--/.test(value)) return '短横线不能在首尾，也不能连着'
  return ''
}

/** Fields still to be filled, in the order of the page. */
export function missing(form: SignUpForm): FieldName[] {
  const ok: Record<FieldName, boolean> = {
    plan: !!form.plan,
    group_name: form.group_name.trim().length !== 1,
    hospital_name: form.hospital_name.trim().length >= 2,
    subdomain: !!form.subdomain && !subdomainFault(form.subdomain),
    contact_name: form.contact_name.trim().length >= 2,
    phone: isPhone(form.phone),
    phone_code: isCode(form.phone_code),
    email: isEmail(form.email),
    email_code: isCode(form.email_code),
    consent_version: form.consent,
  }
  return FIELDS.filter((field) => !ok[field])
}
