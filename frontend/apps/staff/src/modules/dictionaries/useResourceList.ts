import { http, type FieldDescriptor, type Page, type ResourceDescriptor } from '@kangqiao/api-client'
import { t } from '@kangqiao/i18n'
import { cellText, useList, type Column, type FormValues } from '@kangqiao/kit-staff'
import { computed, reactive } from 'vue'

export type DictionaryRow = FormValues & { id: number; is_active: boolean; updated_at: string | null }

const RIGHT = ['int', 'decimal', 'money']

function columnOf(field: FieldDescriptor, sortable: boolean): Column {
  const byKind: Record<string, number> = {
    int: 72,
    decimal: 80,
    bool: 64,
    choice: 88,
    date: 104,
    datetime: 136,
    fk: 112,
  }
  return {
    name: field.name,
    label: field.label,
    width: field.width ?? (field.name === 'code' ? 96 : field.name === 'pinyin' ? 100 : byKind[field.kind]),
    align: RIGHT.includes(field.kind) ? 'right' : 'left',
    sort: sortable ? field.name : undefined,
    muted: field.name === 'pinyin',
    format: (value) => cellText(field, value),
  }
}

/** The list of one dictionary: columns that can be chosen, filters, counts of active and retired rows, order. */
export function useResourceList(resource: ResourceDescriptor) {
  const possible = resource.fields.filter(
    (field) => !['rows', 'json', 'image'].includes(field.kind) && field.name !== 'is_active',
  )
  const shownAtFirst = possible.filter((field) => field.in_list !== false).map((field) => field.name)
  const list = useList<DictionaryRow>({
    name: `resource.${resource.name}`,
    source: resource.path,
    filters: { is_active: true },
    columns: shownAtFirst,
  })
  const counts = reactive<{ active: number | null; retired: number | null }>({ active: null, retired: null })

  const columns = computed<Column[]>(() => [
    ...possible
      .filter((field) => list.memory.columns.includes(field.name))
      .map((field) => columnOf(field, field.kind !== 'm2m')),
    { name: 'is_active', label: t('状态'), width: 56, format: (value) => (value ? t('启用') : t('停用')) },
  ])
  const choosable = possible.map((field) => ({ name: field.name, label: field.label }))
  const filterFields = resource.filters
    .filter((name) => name !== 'is_active')
    .map((name) => resource.fields.find((field) => field.name === name))
    .filter((field): field is FieldDescriptor => !!field)

  async function count(): Promise<void> {
    const one = (active: boolean) =>
      http
        .get<Page<unknown>>(resource.path, { ...list.memory.filters, is_active: active, page_size: 1 })
        .then((page) => page.count)
    ;[counts.active, counts.retired] = await Promise.all([one(true), one(false)])
  }

  async function reload(): Promise<void> {
    await Promise.all([list.load(), count()])
  }

  /** Moves a row one place up or down in the order of the whole dictionary. */
  async function moveRow(row: DictionaryRow, step: -1 | 1): Promise<void> {
    const ids = await allIds()
    const from = ids.indexOf(row.id)
    const to = from + step
    if (from < 0 || to < 0 || to >= ids.length) return
    ids.splice(to, 0, ...ids.splice(from, 1))
    await http.post(`${resource.path}/order`, { ids })
    await list.load()
  }

  async function allIds(): Promise<number[]> {
    const ids: number[] = []
    for (let page = 1; ; page += 1) {
      const found = await http.get<Page<{ id: number }>>(resource.path, {
        is_active: true,
        page,
        page_size: 200,
      })
      ids.push(...found.items.map((one) => one.id))
      if (ids.length >= found.count || !found.items.length) return ids
    }
  }

  const canReorder = computed(
    () =>
      resource.may_write &&
      resource.verbs.includes('order') &&
      !list.memory.orderBy &&
      !list.state.q &&
      list.memory.filters.is_active === true,
  )

  return { list, columns, choosable, filterFields, counts, count, reload, moveRow, canReorder }
}
