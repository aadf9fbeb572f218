import { formatDateTime, formatTime } from '@kangqiao/kit-staff'
import { t } from '@kangqiao/i18n'

import type { Finding } from './contract'

export interface Step {
  key: string
  state: 'ok' | 'now' | 'later'
  when: string
  what: string
}

const HOUR = 3_600_000
export const HOWS: Record<string, string> = { phone: '电话', face: '当面', sms: '短信' }

function left(due: string, now: Date): string {
  const minutes = Math.round((new Date(due).getTime() - now.getTime()) / 60_000)
  const size = Math.abs(minutes)
  const words =
    size < 60 ? t('{m} 分', { m: size }) : t('{h} 小时 {m} 分', { h: Math.floor(size / 60), m: size % 60 })
  if (minutes < 0) return t('限 {time} 前，已超 {words}', { time: formatTime(due), words })
  return t('限 {time} 前，剩 {words}', { time: formatTime(due), words })
}

/** The way of an important finding: found, told, followed up after a day and a week (consensus on important findings 2019). */
export function stepsOf(finding: Finding, now: Date): Step[] {
  const told = finding.notified_at
  const from = new Date(told ?? finding.found_at).getTime()
  const followUp = (hours: number): string => formatDateTime(new Date(from + hours * HOUR)).slice(5)
  return [
    { key: 'found', state: 'ok', when: formatDateTime(finding.found_at).slice(5), what: t('发现') },
    told
      ? {
          key: 'told',
          state: 'ok',
          when: [formatTime(told), finding.notified_by, t(HOWS[finding.how] ?? '')].filter(Boolean).join(' '),
          what: t('已告知 {who}', { who: finding.told || t('本人') }),
        }
      : {
          key: 'told',
          state: 'now',
          when: finding.due_at ? left(finding.due_at, now) : t('请尽快'),
          what: t('告知本人 待登记'),
        },
    { key: 'day', state: 'later', when: followUp(24), what: t('首次随访') },
    { key: 'week', state: 'later', when: followUp(168), what: t('再次随访') },
  ]
}

/** What stands in the banner: class A, those not told first. */
export function criticalOf(findings: Finding[]): Finding[] {
  return findings
    .filter((one) => one.level === 'A')
    .sort((a, b) => Number(!!a.notified_at) - Number(!!b.notified_at) || a.found_at.localeCompare(b.found_at))
}
