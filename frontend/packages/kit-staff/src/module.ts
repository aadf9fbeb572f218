import type { MessageLoader } from '@kangqiao/i18n'
import type { RouteLocationRaw, RouteRecordRaw } from 'vue-router'

import type { IconName } from './icons'

declare module 'vue-router' {
  interface RouteMeta {
    /** Page title in the top bar and the browser tab (a Chinese source string). */
    title?: string
    /** Small grey words after the title. */
    where?: string
    /** Permission needed; without it the page is not reachable. Several: any of them. */
    permission?: string | string[]
    /** Key of the rail entry to light up; by default the entry whose path begins the route's path. */
    menu?: string
    /** Reachable without a log-in. */
    open?: boolean
  }
}

export interface MenuEntry {
  key: string
  /** Two characters fit best (a Chinese source string). */
  label: string
  icon: IconName
  to: string
  permission?: string | string[]
  /** Shown only when the user may open at least one dictionary or report. */
  needs?: 'resources' | 'reports'
  /** Position in the rail: desk 10, station 20, conclusion 30, board 40, query 50, statistics 60, dictionaries 70. */
  order: number
  /** `bottom` entries stand at the foot of the rail. */
  place?: 'top' | 'bottom'
}

export interface Finding {
  key: string
  title: string
  note?: string
  to: RouteLocationRaw
}

export interface Finder {
  name: string
  label: string
  permission?: string | string[]
  /** Suggestions while typing in the global box. */
  search?: (text: string) => Promise<Finding[]>
  /** Where a scanned barcode or number leads; null when it is not known here. */
  scan?: (code: string) => Promise<RouteLocationRaw | null>
}

export interface StaffModule {
  name: string
  routes: RouteRecordRaw[]
  menu?: MenuEntry[]
  finders?: Finder[]
  /** English of this module's own strings: `() => import('./en.json')`. */
  messages?: MessageLoader
}

/** One folder in apps/staff/src/modules is one module; its index.ts default-exports this value. */
export function defineModule(module: StaffModule): StaffModule {
  return module
}
