import type { SignUpStatus, Step } from '../api/signUps'

export const doneCount = (steps: Step[]): number => steps.filter((s) => s.state === 'done').length

/** 0..100 by whole steps; a running step counts half, so that the bridge moves when work starts. */
export function percent(status: SignUpStatus): number {
  if (status.status === 'done') return 100
  if (!status.steps.length) return 0
  const running = status.steps.some((s) => s.state === 'running') ? 0.5 : 0
  return Math.min(99, Math.floor(((doneCount(status.steps) + running) / status.steps.length) * 100))
}

/** Seconds that a step took (or has taken so far); null before it starts. */
export function secondsOf(step: Step, now: number): number | null {
  if (!step.started_at) return null
  const end = step.finished_at ? Date.parse(step.finished_at) : now
  return Math.max(0, (end - Date.parse(step.started_at)) / 1000)
}

export function secondsText(value: number): string {
  if (value < 60) return `${value.toFixed(1)} 秒`
  return `${Math.floor(value / 60)} 分 ${Math.floor(value % 60)} 秒`
}

/** What stands at the right end of a step's row. */
export function stepNote(step: Step, now: number): string {
  const took = secondsOf(step, now)
  if (step.state === 'done') return took === null ? '已完成' : secondsText(took)
  if (step.state === 'running') return took === null ? '进行中' : `已 ${secondsText(took)}`
  if (step.state === 'failed') return '没有完成'
  return '等待'
}

/** From the first start to the last finish (or now, while it runs). */
export function totalSeconds(status: SignUpStatus, now: number): number {
  const starts = status.steps.flatMap((s) => (s.started_at ? [Date.parse(s.started_at)] : []))
  if (!starts.length) return 0
  const ends = status.steps.flatMap((s) => (s.finished_at ? [Date.parse(s.finished_at)] : []))
  const over = status.status === 'done' || status.status === 'failed'
  return Math.max(0, ((over && ends.length ? Math.max(...ends) : now) - Math.min(...starts)) / 1000)
}

export function errorText(status: SignUpStatus): string {
  const { error } = status
  if (!error) return status.steps.find((s) => s.state === 'failed')?.detail ?? ''
  if (typeof error === 'string') return error
  return [error.title, error.detail].filter(Boolean).join('。')
}

/**
 * Only our own new hospital may receive the one-time token: its host is the subdomain before the host of this page,
 * or before a parent of it (`www.example.cn` and `example.cn`).
 */
export function safeRedirect(url: string | null, subdomain: string, hostname: string): string | null {
  if (!url) return null
  try {
    const target = new URL(url)
    const http = target.protocol === 'https:' || target.protocol === 'http:'
    if (!http || !target.hostname.startsWith(`${subdomain}.`)) return null
    const parent = target.hostname.slice(subdomain.length + 1)
    const ours = parent === hostname || (parent.includes('.') && hostname.endsWith(`.${parent}`))
    return ours ? target.href : null
  } catch {
    return null
  }
}
