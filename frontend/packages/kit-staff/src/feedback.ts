import { asProblem } from '@kangqiao/api-client'
import { t } from '@kangqiao/i18n'
import { ElMessage, ElMessageBox } from 'element-plus'

/** Short words after an action. Lasting context belongs into a Note. */
export const toast = {
  done: (text: string) => ElMessage({ message: text, type: 'success', duration: 2500, grouping: true }),
  note: (text: string) => ElMessage({ message: text, type: 'info', duration: 4000, grouping: true }),
  warn: (text: string) => ElMessage({ message: text, type: 'warning', duration: 5000, grouping: true }),
  /** What was refused and what to do. */
  problem(error: unknown) {
    const problem = asProblem(error)
    const text = [problem.title, problem.detail].filter(Boolean).join('：')
    return ElMessage({ message: text, type: 'error', duration: 6000, showClose: true, grouping: true })
  },
}

/** Asks before something that cannot be undone; false when the user steps back. */
export async function confirmIrreversible(ask: {
  title: string
  detail: string
  action: string
}): Promise<boolean> {
  try {
    await ElMessageBox.confirm(ask.detail, ask.title, {
      confirmButtonText: ask.action,
      cancelButtonText: t('返回'),
      type: 'warning',
      autofocus: false,
      closeOnClickModal: false,
    })
    return true
  } catch {
    return false
  }
}

/** Asks for a reason in words; null when the user steps back. */
export async function askReason(ask: {
  title: string
  detail?: string
  action: string
  required?: boolean
}): Promise<string | null> {
  try {
    const answer = await ElMessageBox.prompt(ask.detail ?? '', ask.title, {
      confirmButtonText: ask.action,
      cancelButtonText: t('返回'),
      inputType: 'textarea',
      inputValidator: (text: string) => (ask.required === false || text?.trim() ? true : t('请写明原因')),
      closeOnClickModal: false,
    })
    return (answer as { value: string }).value.trim()
  } catch {
    return null
  }
}
