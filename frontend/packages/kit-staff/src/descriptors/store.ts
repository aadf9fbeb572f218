import { http, type ReportDescriptor, type ResourceDescriptor } from '@kangqiao/api-client'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** Descriptors of the dictionaries and reports that this user may open; read once. */
export const useDescriptors = defineStore('descriptors', () => {
  const resources = shallowRef<ResourceDescriptor[] | null>(null)
  const reports = shallowRef<ReportDescriptor[] | null>(null)

  async function loadResources(): Promise<ResourceDescriptor[]> {
    resources.value ??= await http.get<ResourceDescriptor[]>('/api/v1/meta/resources')
    return resources.value
  }

  async function loadReports(): Promise<ReportDescriptor[]> {
    reports.value ??= await http.get<ReportDescriptor[]>('/api/v1/meta/reports')
    return reports.value
  }

  return { resources, reports, loadResources, loadReports }
})

/** Groups in the order of their first member. */
export function grouped<T extends { group: string }>(all: T[]): { group: string; members: T[] }[] {
  const groups = new Map<string, T[]>()
  for (const one of all) groups.set(one.group, [...(groups.get(one.group) ?? []), one])
  return [...groups].map(([group, members]) => ({ group, members }))
}
