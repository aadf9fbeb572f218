import type { OptionDescriptor, OptionOverride } from '@kangqiao/api-client'

export interface OptionScope {
  scope: OptionOverride['scope']
  scope_key: string
}

/** The value set for exactly this scope, undefined when it is not set there. */
export function ownValue(option: OptionDescriptor, at: OptionScope): unknown {
  return option.values.find((one) => one.scope === at.scope && one.scope_key === at.scope_key)?.value
}

/** The value in force at a scope: its own, else the hospital's, else the default. */
export function valueAt(option: OptionDescriptor, at: OptionScope): unknown {
  const own = ownValue(option, at)
  if (own !== undefined) return own
  return ownValue(option, { scope: 'hospital', scope_key: '' }) ?? option.default
}

export function matches(option: OptionDescriptor, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  return [option.title, option.help, option.name, option.feature].some((words) =>
    words.toLowerCase().includes(wanted),
  )
}

/** What is typed, in the option's kind; null when it is no number. */
export function parseValue(option: OptionDescriptor, text: string): unknown {
  if (option.kind === 'int') return /^-?\d+$/.test(text.trim()) ? Number(text) : null
  if (option.kind === 'decimal') return /^-?\d+(\.\d+)?$/.test(text.trim()) ? text.trim() : null
  return text
}
