import { asProblem, http, type Problem } from '@kangqiao/api-client'
import { ref, shallowRef } from 'vue'

import { REPORTS } from '../conclusion/contract'

export interface ReportVersion {
  version: number
  status: string
  status_label: string
  pages: number
  rendered_at: string
  rendered_by: string
  pdf_url: string
}
interface Report {
  versions: ReportVersion[]
  available: string[]
}

/** The report of one check-up: its versions, and rendering a new one once it is reviewed. */
export function useReport() {
  const report = shallowRef<Report | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const rendering = ref(false)

  async function load(checkupId: number): Promise<void> {
    report.value = await http.get<Report>(`${REPORTS}/${checkupId}`).catch(() => null)
  }
  async function render(checkupId: number): Promise<ReportVersion | null> {
    if (rendering.value) return null
    rendering.value = true
    try {
      report.value = await http.post<Report>(`${REPORTS}/${checkupId}`)
      problem.value = null
      return newest()
    } catch (error) {
      problem.value = asProblem(error)
      return null
    } finally {
      rendering.value = false
    }
  }
  /** The version that counts: the highest one that was not voided. */
  function newest(): ReportVersion | null {
    const live = (report.value?.versions ?? []).filter((one) => one.status !== 'void')
    return live.reduce<ReportVersion | null>((a, b) => (a && a.version > b.version ? a : b), null)
  }
  return { report, problem, rendering, load, render, newest }
}
