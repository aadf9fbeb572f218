import { asProblem, http, realtime, type Notice, type Problem } from '@kangqiao/api-client'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'

import { changedEntries, isDirty, mergeFields, signature, type Field } from './sheet'
import { stationPath, type StationPage } from './types'
import { usePreview } from './usePreview'

const DRAFT_AFTER_MS = 1500

/** One check-up at one department: typing, drafts, previews, saving, and what others save meanwhile. */
export function useSheet() {
  const page = shallowRef<StationPage | null>(null)
  const fields = ref<Field[]>([])
  const where = shallowRef<string | null>(null)
  const loading = ref(false)
  const saving = ref(false)
  const draftAt = ref<string | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const draftProblem = shallowRef<Problem | null>(null)
  const arrivals = shallowRef<{ count: number; from: string } | null>(null)
  const { preview, settled } = usePreview(() => where.value, fields)
  const dirty = computed(() => fields.value.filter((one) => isDirty(one)))
  const clashes = computed(() => fields.value.filter((one) => one.clash))
  let timer: ReturnType<typeof setTimeout> | undefined
  let drafted = '[]'
  let opening: Promise<void> | null = null
  let stop: (() => void) | null = null

  function take(next: StationPage, sent: Map<number, string> | null): void {
    const merged = mergeFields(fields.value, next, sent)
    const fresh = merged.filter((one) => one.arrived && !arrivedBefore(one.item.item_id))
    if (fresh.length) arrivals.value = { count: fresh.length, from: fresh[0]!.arrived }
    page.value = next
    fields.value = merged
    void ask()
  }
  const arrivedBefore = (id: number) => fields.value.some((one) => one.item.item_id === id && one.arrived)

  /** Shows a person; `open` takes them in (检查中), otherwise nothing changes on the server. */
  async function show(departmentId: number, checkupId: number, open: boolean): Promise<void> {
    await leave()
    const path = stationPath(departmentId, checkupId)
    loading.value = true
    problem.value = null
    try {
      const next = await (open ? http.post<StationPage>(`${path}/open`) : http.get<StationPage>(path))
      fields.value = []
      arrivals.value = null
      where.value = path
      draftAt.value = next.visit.draft_at
      take(next, null)
      drafted = JSON.stringify(changedEntries(fields.value))
      listen(checkupId)
    } finally {
      loading.value = false
    }
  }

  function listen(checkupId: number): void {
    stop?.()
    stop = realtime.subscribe('checkup', checkupId, (notice) => void hear(notice))
  }
  async function hear(notice: Notice): Promise<void> {
    if (notice.kind !== 'report_rendered' && !saving.value) await refresh()
  }
  async function refresh(): Promise<void> {
    const path = where.value
    if (!path) return
    try {
      const next = await http.get<StationPage>(path)
      if (path === where.value && !saving.value) take(next, null)
    } catch (error) {
      if (!asProblem(error).isOffline) problem.value = asProblem(error)
    }
  }

  /** The first stroke takes the person in. */
  async function takeIn(): Promise<void> {
    const path = where.value
    if (!path || !page.value?.visit.can_edit || page.value.visit.state === 'examining') return
    opening ??= http
      .post<StationPage>(`${path}/open`)
      .then((next) => {
        if (path === where.value) take(next, null)
      })
      .catch((error: unknown) => {
        problem.value = asProblem(error)
      })
      .finally(() => (opening = null))
    await opening
  }

  const ask = () =>
    preview().catch((error: unknown) => {
      problem.value = asProblem(error)
    })

  /** Call after every change of a field. */
  function edited(field: Field): void {
    field.byDefault = false
    field.arrived = ''
    field.error = ''
    touched()
  }
  function touched(): void {
    void takeIn()
    void ask()
    clearTimeout(timer)
    timer = setTimeout(() => void keepDraft(), DRAFT_AFTER_MS)
  }

  async function keepDraft(): Promise<void> {
    clearTimeout(timer)
    const path = where.value
    const items = changedEntries(fields.value)
    const text = JSON.stringify(items)
    if (!path || text === drafted || saving.value || !page.value?.visit.can_edit) return
    try {
      const answer = await http.put<{ saved_at: string }>(`${path}/draft`, { items })
      drafted = text
      draftProblem.value = null
      if (path === where.value) draftAt.value = answer.saved_at
    } catch (error) {
      draftProblem.value = asProblem(error)
    }
  }

  /** Saves; with `complete` closes the department too. False: refused, the reason is on the page. */
  async function save(options: {
    complete: boolean
    summary?: string | null
    withDefaults?: boolean
  }): Promise<boolean> {
    const path = where.value
    if (!path || saving.value) return false
    clearTimeout(timer)
    const items = changedEntries(fields.value, options.withDefaults)
    const sent = new Map(
      fields.value
        .filter((one) => items.some((entry) => entry.item_id === one.item.item_id))
        .map((one) => [one.item.item_id, signature(one)]),
    )
    saving.value = true
    problem.value = null
    try {
      const body = { items, summary_text: options.summary ?? null }
      const next = await http.post<StationPage>(`${path}/${options.complete ? 'complete' : 'save'}`, body)
      drafted = '[]'
      draftAt.value = null
      if (path === where.value) take(next, sent)
      return true
    } catch (error) {
      saving.value = false
      await refused(
        asProblem(error),
        items.map((entry) => entry.item_id),
      )
      return false
    } finally {
      saving.value = false
    }
  }

  async function refused(found: Problem, sent: number[]): Promise<void> {
    problem.value = found
    sent.forEach((id, place) => {
      const field = fields.value.find((one) => one.item.item_id === id)
      if (field) field.error = found.at(`/items/${place}/value`)
    })
    await keepDraft()
    if (found.status === 409) await refresh()
  }

  async function reopen(reason: string): Promise<void> {
    if (!where.value) return
    take(await http.post<StationPage>(`${where.value}/reopen`, { reason }), null)
  }

  /** Keeps what is typed as a draft and lets the person go. */
  async function leave(): Promise<void> {
    await keepDraft()
    stop?.()
    stop = null
  }
  function clear(): void {
    where.value = null
    page.value = null
    fields.value = []
    problem.value = null
  }
  onScopeDispose(() => {
    clearTimeout(timer)
    void leave()
  })
  watch(clashes, (now, was) => {
    if (was.length && !now.length && problem.value?.code === 'result-changed') problem.value = null
  })

  return {
    page,
    fields,
    loading,
    saving,
    draftAt,
    problem,
    draftProblem,
    arrivals,
    dirty,
    clashes,
    show,
    refresh,
    edited,
    touched,
    takeIn,
    ask,
    settled,
    save,
    reopen,
    leave,
    clear,
    keepDraft,
  }
}
