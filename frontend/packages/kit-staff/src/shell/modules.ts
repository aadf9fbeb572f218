import { addMessages } from '@kangqiao/i18n'
import { computed, shallowReactive } from 'vue'
import type { RouteLocationRaw } from 'vue-router'

import { useDescriptors } from '../descriptors/store'
import type { Finder, Finding, MenuEntry, StaffModule } from '../module'
import { useSession } from '../session'

const modules = shallowReactive<StaffModule[]>([])

export function registerModules(found: StaffModule[]): void {
  for (const module of found) {
    modules.push(module)
    if (module.messages) addMessages(module.messages)
  }
}

/** Rail entries that the user may open, in order. */
export function useMenu(place: 'top' | 'bottom') {
  const session = useSession()
  const descriptors = useDescriptors()
  const mayOpen = (entry: MenuEntry) =>
    entry.needs ? !!descriptors[entry.needs]?.length : session.can(entry.permission)
  return computed<MenuEntry[]>(() =>
    modules
      .flatMap((module) => module.menu ?? [])
      .filter((entry) => (entry.place ?? 'top') === place && mayOpen(entry))
      .sort((a, b) => a.order - b.order),
  )
}

function finders(): Finder[] {
  const session = useSession()
  return modules.flatMap((module) => module.finders ?? []).filter((finder) => session.can(finder.permission))
}

export interface FoundGroup {
  label: string
  findings: Finding[]
}

/** Asks every finder; one that fails is left out. */
export async function findEverywhere(text: string): Promise<FoundGroup[]> {
  const groups = await Promise.all(
    finders().map(async (finder) => ({
      label: finder.label,
      findings: finder.search ? await finder.search(text).catch(() => []) : [],
    })),
  )
  return groups.filter((group) => group.findings.length > 0)
}

/** The first place that knows a scanned code. */
export async function placeOfScan(code: string): Promise<RouteLocationRaw | null> {
  for (const finder of finders()) {
    const place = await finder.scan?.(code).catch(() => null)
    if (place) return place
  }
  return null
}
