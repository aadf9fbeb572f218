import { asProblem, http, realtime, type Problem } from '@kangqiao/api-client'
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'

import { STATIONS, stationPath, type Worklist, type WorklistRow } from './types'

/** Minutes after which a wait is too long and is marked. */
export const LATE_MINUTES = 20
const REFRESH_MS = 60_000

/** Who is to be called: the one called already, else the first who waits. */
export function nextOf(rows: WorklistRow[], currentId: number | null): WorklistRow | null {
  const others = rows.filter((row) => row.checkup_id !== currentId)
  return others.find((row) => row.state === 'called') ?? others.find((row) => row.state === 'waiting') ?? null
}

/** The department's queue, kept up to date by its notices. */
export function useQueue(departmentId: Ref<number>, currentId: Ref<number | null>) {
  const list = shallowRef<Worklist | null>(null)
  const state = ref<'waiting' | 'done'>('waiting')
  const problem = shallowRef<Problem | null>(null)
  const rows = computed(() => list.value?.items ?? [])
  const next = computed(() => (state.value === 'waiting' ? nextOf(rows.value, currentId.value) : null))
  let stop: (() => void) | null = null

  async function load(): Promise<void> {
    const department = departmentId.value
    try {
      const query = { state: state.value, page_size: 100 }
      const found = await http.get<Worklist>(`${STATIONS}/${department}/worklist`, query)
      if (department !== departmentId.value) return
      list.value = found
      problem.value = null
    } catch (error) {
      problem.value = asProblem(error)
    }
  }
  async function act(verb: 'call' | 'skip', checkupId: number): Promise<void> {
    await http.post<WorklistRow>(`${stationPath(departmentId.value, checkupId)}/${verb}`)
    await load()
  }
  watch(
    departmentId,
    (id) => {
      stop?.()
      list.value = null
      stop = realtime.subscribe('station', id, () => void load())
      void load()
    },
    { immediate: true },
  )
  watch(state, () => void load())
  const timer = setInterval(() => void load(), REFRESH_MS)
  onScopeDispose(() => {
    clearInterval(timer)
    stop?.()
  })
  return {
    list,
    rows,
    next,
    state,
    problem,
    load,
    call: (id: number) => act('call', id),
    skip: (id: number) => act('skip', id),
  }
}
