/** Arrow beside a value (flags as the API gives them: N H L HH LL POS ABN); shape and colour say the same thing. */
export interface FlagLook {
  mark: string
  className: string
}

const LOOKS: Record<string, FlagLook> = {
  H: { mark: '↑', className: 'hi' },
  L: { mark: '↓', className: 'lo' },
  HH: { mark: '↑↑', className: 'cr' },
  LL: { mark: '↓↓', className: 'cr' },
  POS: { mark: '阳性', className: 'ab' },
  ABN: { mark: '异常', className: 'ab' },
}

/** Normal has no mark and no colour. */
export function flagLook(flag: string | null | undefined): FlagLook {
  return (flag && LOOKS[flag]) || { mark: '', className: '' }
}
