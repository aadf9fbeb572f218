import { asProblem, http, type Page, type Problem } from '@kangqiao/api-client'
import { computed, reactive, ref, shallowRef, watch, type Ref } from 'vue'

import { remembered } from './remember'

export type Row = Record<string, unknown>

export interface ListOptions<T> {
  /** Name under which columns, filters, order and page size are remembered on this workstation. */
  name: string
  /** Path of the list, or a loader of one's own. */
  source: string | ((query: Record<string, unknown>, signal: AbortSignal) => Promise<Page<T>>)
  filters?: Record<string, unknown>
  orderBy?: string
  pageSize?: number
  columns?: string[]
  /** false: the page calls `load()` itself. */
  immediate?: boolean
}

interface Memory {
  filters: Record<string, unknown>
  orderBy: string
  pageSize: number
  columns: string[]
}

/** One list with search, filters, order, paging; remembers what the user set up. The text of the search is not remembered. */
export function useList<T = Row>(options: ListOptions<T>) {
  const initial: Memory = {
    filters: { ...options.filters },
    orderBy: options.orderBy ?? '',
    pageSize: options.pageSize ?? 50,
    columns: options.columns ?? [],
  }
  const memory = remembered<Memory>(`list.${options.name}`, initial)
  const state = reactive({ q: '', page: 1 })
  const items = shallowRef<T[]>([]) as Ref<T[]>
  const count = ref(0)
  const loading = ref(false)
  const problem = shallowRef<Problem | null>(null)
  const selected = shallowRef<T | null>(null) as Ref<T | null>
  let running: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const query = computed(() => ({
    q: state.q.trim() || undefined,
    page: state.page,
    page_size: memory.pageSize,
    order_by: memory.orderBy || undefined,
    ...memory.filters,
  }))

  async function load(): Promise<void> {
    running?.abort()
    const mine = new AbortController()
    running = mine
    loading.value = true
    try {
      const page = await fetchPage(query.value, mine.signal)
      if (running !== mine) return
      items.value = page.items
      count.value = page.count
      problem.value = null
    } catch (error) {
      if (running === mine) problem.value = asProblem(error)
    } finally {
      if (running === mine) loading.value = false
    }
  }

  function fetchPage(wanted: Record<string, unknown>, signal: AbortSignal): Promise<Page<T>> {
    if (typeof options.source === 'string') return http.get<Page<T>>(options.source, wanted, signal)
    return options.source(wanted, signal)
  }

  watch(
    () => state.q,
    () => {
      state.page = 1
      clearTimeout(timer)
      timer = setTimeout(load, 200)
    },
  )
  watch([() => state.page, () => memory.orderBy], () => void load())
  watch(
    [() => memory.filters, () => memory.pageSize],
    () => (state.page === 1 ? void load() : (state.page = 1)),
    {
      deep: true,
    },
  )
  if (options.immediate !== false) void load()

  function sortBy(column: string): void {
    memory.orderBy = memory.orderBy === column ? `-${column}` : memory.orderBy === `-${column}` ? '' : column
  }

  function resetFilters(): void {
    memory.filters = { ...initial.filters }
    state.q = ''
  }

  return reactive({
    state,
    memory,
    items,
    count,
    loading,
    problem,
    selected,
    query,
    load,
    sortBy,
    resetFilters,
    isFiltered: computed(
      () =>
        !!state.q.trim() ||
        Object.values(memory.filters).some((value) => value !== undefined && value !== '' && value !== null),
    ),
  })
}
