import { t } from '@kangqiao/i18n'
import { toast } from '@kangqiao/kit-staff'
import { computed, type ComputedRef } from 'vue'

import type { WorklistRow } from './types'
import type { useQueue } from './useQueue'

/** Calling and skipping. `show(null)`: nobody is left, the page empties. */
export function useCalls(options: {
  queue: ReturnType<typeof useQueue>
  currentId: ComputedRef<number | null>
  mayWrite: ComputedRef<boolean>
  show: (checkupId: number | null) => Promise<void>
}) {
  const { queue, currentId, mayWrite } = options
  /** Whom F6 and F7 are about: the person on the page until taken in, else who comes next. */
  const target = computed<WorklistRow | null>(() => {
    const own = queue.rows.value.find((row) => row.checkup_id === currentId.value)
    return own && ['called', 'waiting', 'skipped'].includes(own.state) ? own : queue.next.value
  })

  async function call(): Promise<void> {
    const whom = target.value
    if (whom && mayWrite.value) await queue.call(whom.checkup_id).catch(toast.problem)
  }
  async function skip(): Promise<void> {
    const whom = target.value
    if (whom?.state !== 'called' || !mayWrite.value) return
    try {
      await queue.skip(whom.checkup_id)
      toast.note(t('{name} 已过号，排到队尾', { name: whom.name }))
      if (whom.checkup_id === currentId.value) await callNext()
    } catch (error) {
      toast.problem(error)
    }
  }
  /** Calls the next person and shows the sheet; the first stroke takes them in. */
  async function callNext(): Promise<void> {
    try {
      await queue.load()
      const whom = queue.next.value
      if (whom?.state === 'waiting') await queue.call(whom.checkup_id)
      await options.show(whom?.checkup_id ?? null)
    } catch (error) {
      toast.problem(error)
    }
  }
  return { target, call, skip, callNext }
}
