import type { IconName } from '../icons'

export interface StateLook {
  label: string
  kind: 'on' | 'fill' | 'pay' | 'crit' | 'warn' | 'dec' | ''
  icon?: IconName
}

/** Looks by state code; a context adds its own with `defineStates`. */
const STATES: Record<string, StateLook> = {
  active: { label: '启用', kind: '' },
  retired: { label: '停用', kind: 'dec' },
}

export function defineStates(states: Record<string, StateLook>): void {
  Object.assign(STATES, states)
}

export function stateOf(code: string): StateLook {
  return STATES[code] ?? { label: code, kind: '' }
}
