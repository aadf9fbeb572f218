import { Problem, asProblem, http } from '@kangqiao/api-client'
import { computed, ref, shallowRef } from 'vue'

import { CHECKUP, type Person, type Specimen } from '../desk/contract'

export interface DrawSheet {
  checkup_id: number
  checkup_no: string
  status: string
  status_label?: string
  person: Person
  age: number | null
  scanned_barcode: string | null
  warnings: string[]
  tubes: Specimen[]
  remaining: number
  drawn: number
}

export type Verdict =
  | { kind: 'ok'; tube: Specimen }
  | { kind: 'other'; name: string; code: string }
  | { kind: 'refused'; problem: Problem }

/** Tubes of one person, confirmed one at a time. A tube of somebody else is refused while this person still has tubes to draw. */
export function useDraw() {
  const sheet = shallowRef<DrawSheet | null>(null)
  const verdict = shallowRef<Verdict | null>(null)
  const at = ref(0)
  const busy = ref(false)
  const current = computed(() => sheet.value?.tubes[at.value] ?? null)
  const isOpen = (tube: Specimen) => tube.status === 'planned'

  function show(next: DrawSheet): void {
    sheet.value = next
    const first = next.tubes.findIndex(isOpen)
    at.value = Math.max(0, first)
  }
  async function confirm(barcode: string): Promise<void> {
    const owner = sheet.value?.tubes.find((tube) => tube.barcode === barcode)
    try {
      const next = await http.post<DrawSheet>(`${CHECKUP}/blood-draws/${encodeURIComponent(barcode)}`, {})
      const done = next.tubes.find((tube) => tube.barcode === barcode) ?? owner
      show(next)
      if (done) verdict.value = { kind: 'ok', tube: done }
    } catch (error) {
      verdict.value = { kind: 'refused', problem: asProblem(error) }
    }
  }
  /** A check-up number opens the person; a tube's barcode confirms that tube. */
  async function scan(code: string): Promise<void> {
    await once(async () => {
      verdict.value = null
      if (sheet.value?.tubes.some((tube) => tube.barcode === code)) return confirm(code)
      const found = await http.get<DrawSheet>(`${CHECKUP}/blood-draws/${encodeURIComponent(code)}`)
      const busyWithOther =
        sheet.value && sheet.value.checkup_id !== found.checkup_id && sheet.value.remaining > 0
      if (found.scanned_barcode && busyWithOther) {
        verdict.value = { kind: 'other', name: found.person.name, code }
        return
      }
      show(found)
      if (found.scanned_barcode) await confirm(found.scanned_barcode)
    })
  }
  async function confirmCurrent(): Promise<void> {
    const tube = current.value
    if (tube) await once(() => confirm(tube.barcode))
  }
  async function once(run: () => Promise<void>): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      await run()
    } catch (error) {
      verdict.value = { kind: 'refused', problem: asProblem(error) }
    } finally {
      busy.value = false
    }
  }
  function move(step: number): void {
    at.value = Math.max(0, Math.min((sheet.value?.tubes.length ?? 1) - 1, at.value + step))
  }
  function leave(): void {
    sheet.value = null
    verdict.value = null
  }
  return { sheet, verdict, at, busy, current, isOpen, scan, confirmCurrent, move, leave }
}
