import type { SparkPoint } from '@kangqiao/kit-staff'

import type { Shown } from './sheet'
import type { StationItem } from './types'

export interface Trend {
  points: SparkPoint[]
  low: number | null
  high: number | null
}

const CRITICAL = ['HH', 'LL']
const number = (text: string | null | undefined): number | null =>
  text && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null

function mark(flag: string): SparkPoint['flag'] {
  if (CRITICAL.includes(flag)) return 'critical'
  return flag === 'H' ? 'high' : flag === 'L' ? 'low' : ''
}

/** Former values oldest first, then the present one; null below two numbers, since one point is no trend. */
export function trendOf(item: StationItem, now: Shown): Trend | null {
  if (item.kind !== 'numeric') return null
  const points: SparkPoint[] = [...item.history]
    .reverse()
    .map((one) => ({ value: one.numeric, label: one.date.slice(0, 7), flag: mark(one.flag) }))
  points.push({ value: number(now.value), flag: mark(now.flag) })
  const known = points.filter((one) => one.value !== null)
  if (known.length < 2) return null
  return { points: known, low: number(item.range_low), high: number(item.range_high) }
}
