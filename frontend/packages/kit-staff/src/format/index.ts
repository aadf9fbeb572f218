import { t } from '@kangqiao/i18n'

/** Words for values. Dates are the hospital's (Asia/Shanghai), money is yuan, nothing here guesses: unknown is an em dash. */
export const BLANK = '—'
const ZONE = 'Asia/Shanghai'
const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六']

type When = string | number | Date | null | undefined

function parts(when: Exclude<When, null | undefined>): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: ZONE,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return Object.fromEntries(format.formatToParts(new Date(when)).map((part) => [part.type, part.value]))
}

function known(when: When): when is Exclude<When, null | undefined> {
  return when !== null && when !== undefined && when !== '' && !Number.isNaN(new Date(when).getTime())
}

/** 2026-11-23 */
export function formatDate(when: When): string {
  if (typeof when === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(when)) return when
  if (!known(when)) return BLANK
  const p = parts(when)
  return `${p.year}-${p.month}-${p.day}`
}

/** 2026-11-23 09:46 */
export function formatDateTime(when: When): string {
  if (!known(when)) return BLANK
  const p = parts(when)
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}`
}

/** 09:46, or 09:46:05 with seconds */
export function formatTime(when: When, seconds = false): string {
  if (!known(when)) return BLANK
  const p = parts(when)
  return seconds ? `${p.hour}:${p.minute}:${p.second}` : `${p.hour}:${p.minute}`
}

/** 2026-11-23 周一 09:46 */
export function formatClock(when: Date): string {
  const day = formatDate(when)
  const weekday = WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()]
  return `${day} ${t(weekday ?? '')} ${formatTime(when)}`
}

/** The hospital's today, for date filters. */
export function today(now: Date = new Date()): string {
  return formatDate(now)
}

/** `880.00`, thousands separated; takes the decimal string of the API without going through floating point. */
export function formatMoney(amount: string | number | null | undefined): string {
  return formatNumber(amount, 2)
}

/** A number with thousands separated; `decimals` pads and rounds, without it the digits stay as given. */
export function formatNumber(value: string | number | null | undefined, decimals?: number | null): string {
  if (value === null || value === undefined || value === '') return BLANK
  const text = String(value)
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text
  const fixed = decimals === undefined || decimals === null ? text : roundText(text, decimals)
  const [whole = '0', fraction] = fixed.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',').replace('-', '−')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

function roundText(text: string, decimals: number): string {
  const fraction = text.split('.')[1] ?? ''
  if (fraction.length > decimals) return Number(text).toFixed(decimals)
  if (decimals === 0) return text
  return `${text.split('.')[0]}.${fraction.padEnd(decimals, '0')}`
}

/** 0.306 -> 30.6% */
export function formatPercent(ratio: number | null | undefined, decimals = 1): string {
  return ratio === null || ratio === undefined ? BLANK : `${(ratio * 100).toFixed(decimals)}%`
}

const SEX: Record<string, string> = {
  male: '男',
  female: '女',
  m: '男',
  f: '女',
  M: '男',
  F: '女',
  '1': '男',
  '2': '女',
}

export function formatSex(sex: string | null | undefined): string {
  return t((sex && SEX[sex]) || '未知')
}

/** Full years on the hospital's day. */
export function ageOn(birthday: string, on: string = today()): number {
  const years = Number(on.slice(0, 4)) - Number(birthday.slice(0, 4))
  return on.slice(5) < birthday.slice(5) ? years - 1 : years
}

/** Grouped for reading; the server has already masked what may not be seen: `4201 06** **** **17`, `138 **** 2067`. */
export function formatMasked(value: string | null | undefined, kind: 'id_number' | 'phone'): string {
  if (!value) return BLANK
  if (value.includes(' ')) return value
  if (kind === 'phone' && value.length === 11)
    return `${value.slice(0, 3)} ${value.slice(3, 7)} ${value.slice(7)}`
  return value.replace(/(.{4})(?=.)/g, '$1 ')
}

/** 26 分, 1 小时 34 分 */
export function formatMinutes(minutes: number): string {
  if (minutes < 60) return t('{m} 分', { m: Math.floor(minutes) })
  return t('{h} 小时 {m} 分', { h: Math.floor(minutes / 60), m: Math.floor(minutes % 60) })
}
