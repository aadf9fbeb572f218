import { asProblem, http } from '@kangqiao/api-client'
import type { components } from '@kangqiao/api-client'
import type { Ref } from 'vue'

import { changedEntries, type Field } from './sheet'

/** Asks what unsaved values become. One question at a time; what was typed meanwhile is asked right after. */
export function usePreview(path: () => string | null, fields: Ref<Field[]>) {
  let running: Promise<void> | null = null
  let again = false

  function preview(): Promise<void> {
    again = true
    running ??= work().finally(() => (running = null))
    return running
  }

  async function work(): Promise<void> {
    while (again) {
      again = false
      const where = path()
      const items = changedEntries(fields.value, true)
      if (!where || !items.length) {
        for (const field of fields.value) field.judged = null
        continue
      }
      try {
        const answer = await http.post<components['schemas']['PreviewOut']>(`${where}/preview`, { items })
        if (where === path()) take(answer.items)
      } catch (error) {
        if (!asProblem(error).isOffline) throw error
      }
    }
  }

  function take(items: components['schemas']['PreviewItem'][]): void {
    const found = new Map(items.map((one) => [one.item_id, one]))
    for (const field of fields.value) {
      field.judged = found.get(field.item.item_id) ?? null
      if (field.judged) field.error = ''
    }
  }

  /** Resolves when the values on the page are judged, or after `ms`. */
  function settled(ms: number): Promise<void> {
    const waiting = running
    return waiting
      ? Promise.race([waiting.catch(() => undefined), new Promise<void>((done) => setTimeout(done, ms))])
      : Promise.resolve()
  }

  return { preview, settled }
}
