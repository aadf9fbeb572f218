import { t } from '@kangqiao/i18n'
import { toast } from '@kangqiao/kit-staff'
import { computed, ref, watch, type ShallowRef } from 'vue'

import type { Level, Term } from './contract'
import {
  add,
  canMove,
  hide,
  merge,
  move,
  neighbour,
  restore,
  setLevel,
  type Draft,
  type DraftLine,
} from './draft'

/** Enter belongs to the button that has the focus; otherwise it does what the page says. */
export function enterOr(action: () => void): (event?: KeyboardEvent) => void {
  return (event) => {
    const target = event?.target
    if (target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement) target.click()
    else action()
  }
}

/** The list on the screen: which line is selected, and what the keys do to it. */
export function useLines(draft: ShallowRef<Draft | null>) {
  const selected = ref<string | null>(null)
  const merging = ref(false)
  const ticked = ref<string[]>([])
  const adding = ref(false)

  const lines = computed(() => draft.value?.lines ?? [])
  const at = computed(() => lines.value.findIndex((one) => one.key === selected.value))
  const line = computed<DraftLine | null>(() => lines.value[at.value] ?? null)

  watch(
    lines,
    (now) => {
      if (!now.some((one) => one.key === selected.value)) selected.value = now[0]?.key ?? null
    },
    { immediate: true },
  )

  function step(by: number): void {
    const next = lines.value[Math.max(0, Math.min(lines.value.length - 1, at.value + by))]
    if (next) selected.value = next.key
  }
  function change(patch: Partial<DraftLine>): void {
    if (!draft.value || !line.value) return
    const key = line.value.key
    draft.value = {
      ...draft.value,
      lines: draft.value.lines.map((one) => (one.key === key ? { ...one, ...patch } : one)),
    }
  }
  function changeLevel(level: Level): void {
    if (draft.value && line.value)
      draft.value = { ...draft.value, lines: setLevel(draft.value.lines, line.value.key, level) }
  }
  function moveLine(from: number, to: number): void {
    if (!draft.value || !lines.value[to]) return
    if (!canMove(lines.value, from, to)) {
      if (from !== to) toast.note(t('A 类固定在前；先改级别再移动'))
      return
    }
    selected.value = lines.value[from]?.key ?? null
    draft.value = { ...draft.value, lines: move(draft.value.lines, from, to) }
  }
  const shift = (by: number): void => moveLine(at.value, at.value + by)
  function hideLine(): void {
    if (!draft.value || !line.value) return
    const { key, name } = line.value
    const next = neighbour(lines.value, key)
    draft.value = hide(draft.value, key)
    selected.value = next
    toast.note(t('已隐藏“{name}”，重新生成也不会再出现；可在“隐藏的”里恢复', { name }))
  }
  function restoreLine(key: string): void {
    if (!draft.value) return
    draft.value = restore(draft.value, key)
    selected.value = key
  }
  function addLine(term: Term | string): void {
    if (!draft.value) return
    const before = draft.value
    const made = add(before, term)
    draft.value = made.draft
    selected.value = made.key
    adding.value = false
    if (made.draft === before) toast.note(t('这一条已经在列表里'))
  }
  function startMerge(): void {
    ticked.value = []
    merging.value = lines.value.length > 1
    if (!merging.value) toast.note(t('至少两条结论才能合并'))
  }
  function tick(key: string): void {
    ticked.value = ticked.value.includes(key)
      ? ticked.value.filter((one) => one !== key)
      : [...ticked.value, key]
  }
  function stopMerge(): void {
    merging.value = false
    ticked.value = []
  }
  function finishMerge(): void {
    if (draft.value && selected.value) draft.value = merge(draft.value, selected.value, ticked.value)
    stopMerge()
  }
  const select = (key: string): void => void (selected.value = key)
  const ask = (open: boolean): void => void (adding.value = open)

  return {
    selected,
    merging,
    ticked,
    adding,
    lines,
    at,
    line,
    step,
    change,
    changeLevel,
    moveLine,
    shift,
    hideLine,
    restoreLine,
    addLine,
    startMerge,
    tick,
    stopMerge,
    finishMerge,
    select,
    ask,
  }
}

export type Lines = ReturnType<typeof useLines>
