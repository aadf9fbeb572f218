import { t } from '@kangqiao/i18n'
import { askReason, toast } from '@kangqiao/kit-staff'
import { computed, ref } from 'vue'

import { criticalFields, type Field } from './sheet'
import type { useSheet } from './useSheet'

/** Saving and completing with the last look at critical values and defaults in between. */
export function useFinish(
  sheet: ReturnType<typeof useSheet>,
  saved: () => void,
  wrong: (field: Field) => void,
) {
  const summaryText = ref<string | null>(null)
  const asking = ref<((yes: boolean) => void) | null>(null)
  const defaults = computed(() => sheet.fields.value.filter((one) => one.byDefault))
  const critical = computed(() => criticalFields(sheet.dirty.value))

  /** True when the doctor has looked at them, or there are none. */
  async function confirmed(): Promise<boolean> {
    await sheet.settled(2000)
    if (!critical.value.length && !defaults.value.length) return true
    const yes = await new Promise<boolean>((answer) => (asking.value = answer))
    asking.value = null
    return yes
  }
  async function save(complete: boolean): Promise<boolean> {
    if (asking.value || !(await confirmed())) return false
    const ok = await sheet.save({ complete, withDefaults: true, summary: summaryText.value })
    if (!ok) {
      const first = sheet.fields.value.find((one) => one.error)
      if (first) wrong(first)
      return false
    }
    keepUnsavedSummary()
    const name = sheet.page.value?.person.name ?? ''
    toast.done(complete ? t('{name} 本科已完成', { name }) : t('已保存'))
    saved()
    return true
  }
  /** Without any result there is no summary: the server keeps none, the typed text stays here. */
  function keepUnsavedSummary(): void {
    const typed = summaryText.value?.trim()
    if (typed && sheet.page.value?.summary.final_text !== typed)
      toast.warn(t('还没有已保存的结果，小结暂不能保存，文字还在'))
    else summaryText.value = null
  }
  async function automatic(): Promise<void> {
    if (await sheet.save({ complete: false, summary: '' })) toast.done(t('已改回自动小结'))
  }
  async function reopen(): Promise<void> {
    const reason = await askReason({ title: t('重新打开本科检查'), action: t('重新打开') })
    if (!reason) return
    await sheet.reopen(reason).then(saved).catch(toast.problem)
  }
  return { summaryText, asking, defaults, critical, save, automatic, reopen }
}
