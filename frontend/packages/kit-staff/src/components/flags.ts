/** Arrow beside a value; shape and colour say the same thing. */
export interface FlagLook {
  mark: string
  className: string
}

const LOOKS: Record<string, FlagLook> = {
  high: { mark: '↑', className: 'hi' },
  low: { mark: '↓', className: 'lo' },
  critical_high: { mark: '↑↑', className: 'cr' },
  critical_low: { mark: '↓↓', className: 'cr' },
  critical: { mark: '■', className: 'cr' },
  abnormal: { mark: '异常', className: 'ab' },
  positive: { mark: '阳性', className: 'ab' },
}

/** Normal has no mark and no colour. */
export function flagLook(flag: string | null | undefined): FlagLook {
  return (flag && LOOKS[flag]) || { mark: '', className: '' }
}
