import { asProblem, http, type Problem } from '@kangqiao/api-client'
import { t } from '@kangqiao/i18n'
import { confirmIrreversible, toast } from '@kangqiao/kit-staff'
import { computed, ref, shallowRef } from 'vue'

import { type Change, type ConclusionPage } from './contract'
import { bodyOf, draftOf, isSame, type Draft } from './draft'

const CHECKUP = '/api/v1/checkup'

/** One conclusion: what the server knows, what the doctor has typed since, and the verbs. `base`: conclusions or reviews. */
export function useConclusion(base: string) {
  const page = shallowRef<ConclusionPage | null>(null)
  const draft = shallowRef<Draft | null>(null)
  const stored = shallowRef<Draft | null>(null)
  const changes = shallowRef<Change[] | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const busy = ref('')
  let current = 0

  const dirty = computed(() => !!draft.value && !!stored.value && !isSame(draft.value, stored.value))
  /** Somebody (or the same doctor in another window) has saved since: this page can no longer be saved. */
  const overtaken = computed(
    () =>
      dirty.value && !!page.value && !!draft.value && page.value.conclusion.version !== draft.value.version,
  )

  function accept(next: ConclusionPage): void {
    page.value = next
    stored.value = draftOf(next)
    draft.value = stored.value
  }

  /** Reads the page again. Unsaved edits stay on the screen; everything beside them is renewed. */
  async function load(id = current): Promise<boolean> {
    if (id !== current) {
      current = id
      page.value = draft.value = stored.value = null
      changes.value = null
    }
    try {
      const next = await http.get<ConclusionPage>(`${base}/${id}`)
      if (id !== current) return false
      if (dirty.value) page.value = next
      else accept(next)
      problem.value = null
      return true
    } catch (error) {
      if (id === current) problem.value = asProblem(error)
      return false
    }
  }

  /** Runs one verb; refusals stay on the page until the next one. */
  async function run(name: string, work: () => Promise<void>): Promise<boolean> {
    if (busy.value) return false
    busy.value = name
    try {
      await work()
      problem.value = null
      return true
    } catch (error) {
      problem.value = asProblem(error)
      return false
    } finally {
      busy.value = ''
    }
  }

  const post = <T>(verb: string, body: unknown = {}): Promise<T> =>
    http.post<T>(`${base}/${current}/${verb}`, body)

  async function claim(): Promise<boolean> {
    return run('claim', async () => {
      try {
        accept(await post<ConclusionPage>('open'))
      } catch (error) {
        const refused = asProblem(error)
        if (refused.code !== 'conclusion-incomplete' || !refused.extra.may_confirm) throw error
        const undone = ((refused.extra.panels as string[] | undefined) ?? []).join('、')
        const sure = await confirmIrreversible({
          title: t('还有项目未完成，仍要总检吗'),
          detail: t('未完成：{names}', { names: undone }),
          action: t('仍要总检'),
        })
        if (sure) accept(await post<ConclusionPage>('open', { confirm_incomplete: true }))
      }
    })
  }

  async function store(): Promise<void> {
    if (draft.value && dirty.value)
      accept(await http.put<ConclusionPage>(`${base}/${current}`, bodyOf(draft.value)))
  }

  const save = (): Promise<boolean> => run('save', store)

  const regenerate = (): Promise<boolean> =>
    run('regenerate', async () => {
      await store()
      const next = await post<ConclusionPage & { changes: Change[] }>('regenerate')
      accept(next)
      changes.value = next.changes
    })

  /** Saves and signs; panels that were not done are confirmed by name. False when it did not happen. */
  async function conclude(): Promise<boolean> {
    let signed = false
    await run('conclude', async () => {
      await store()
      try {
        accept(await post<ConclusionPage>('conclude'))
        signed = true
      } catch (error) {
        const refused = asProblem(error)
        if (!refused.code.includes('undone')) throw error
        const sure = await confirmIrreversible({
          title: t('有未检项目，仍要签名吗'),
          detail: refused.detail || refused.title,
          action: t('仍要签名'),
        })
        if (!sure) return
        accept(await post<ConclusionPage>('conclude', { confirm_undone: true }))
        signed = true
      }
    })
    return signed
  }

  const sendBack = (departmentIds: number[], reason: string): Promise<boolean> =>
    run('send-back', async () => {
      await store()
      accept(await post<ConclusionPage>('send-back', { department_ids: departmentIds, reason }))
    })

  const release = (): Promise<boolean> =>
    run('release', async () => {
      await store()
      accept(await post<ConclusionPage>('release'))
    })

  /** A verb of the review: approve, send-back, unreview. */
  const review = (verb: string, body: unknown): Promise<boolean> =>
    run(verb, async () => accept(await post<ConclusionPage>(verb, body)))

  const notify = (
    findingIds: number[],
    body: { how: string; told: string; note: string },
  ): Promise<boolean> =>
    run('notify', async () => {
      for (const one of findingIds) await http.post(`${CHECKUP}/important-findings/${one}/notify`, body)
      await load()
      toast.done(t('已登记告知'))
    })

  /** Gives up what was typed and takes over what the server has. */
  function discard(): void {
    if (page.value) accept(page.value)
  }

  return {
    page,
    draft,
    changes,
    problem,
    busy,
    dirty,
    overtaken,
    load,
    claim,
    save,
    regenerate,
    conclude,
    sendBack,
    release,
    review,
    notify,
    discard,
  }
}
