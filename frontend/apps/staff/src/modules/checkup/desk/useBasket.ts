import { asProblem, http, type Problem } from '@kangqiao/api-client'
import { computed, ref, shallowRef, watch, type Ref } from 'vue'

import { CHECKUP, type Package, type PanelOffer, type Quote } from './contract'

interface Subject {
  sex: string
  birth_date: string
}

/** What is being ordered: kind, package and added panels, priced by the server after every change. */
export function useBasket(subject: Ref<Subject | null>, age: Ref<number | null>) {
  const kindId = ref<number | null>(null)
  const packages = shallowRef<Package[]>([])
  const packageId = ref<number | null>(null)
  const added = ref<number[]>([])
  const hbvConsent = ref(false)
  const quote = shallowRef<Quote | null>(null)
  const pricing = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let question = 0

  const chosenIds = computed(() => quote.value?.lines.map((line) => line.panel_id) ?? [])
  const blocking = computed(() => quote.value?.problems.filter((one) => one.blocking) ?? [])
  const isEmpty = computed(() => !packageId.value && !added.value.length)

  async function loadPackages(): Promise<void> {
    if (!kindId.value) return
    const query = { sex: subject.value?.sex, age: age.value ?? undefined, kind_id: kindId.value }
    packages.value = (await http.get<{ items: Package[] }>(`${CHECKUP}/desk/packages`, query)).items
    if (!packages.value.some((one) => one.id === packageId.value)) packageId.value = null
  }
  async function price(mine: number): Promise<void> {
    pricing.value = true
    try {
      const body = {
        sex: subject.value?.sex ?? 'unknown',
        birth_date: subject.value?.birth_date || null,
        kind_id: kindId.value,
        package_id: packageId.value,
        panel_ids: added.value,
        hbv_consent: hbvConsent.value,
      }
      const answer = await http.post<Quote>(`${CHECKUP}/desk/quote`, body)
      if (mine === question) {
        quote.value = answer
        problem.value = null
      }
    } catch (error) {
      if (mine === question) problem.value = asProblem(error)
    } finally {
      if (mine === question) pricing.value = false
    }
  }
  function choosePackage(id: number): void {
    packageId.value = packageId.value === id ? null : id
    const contained = packages.value.find((one) => one.id === packageId.value)?.panel_ids ?? []
    added.value = added.value.filter((panel) => !contained.includes(panel))
  }
  function add(offer: PanelOffer): void {
    if (!chosenIds.value.includes(offer.id) && !added.value.includes(offer.id))
      added.value = [...added.value, offer.id]
  }
  function remove(panelId: number): void {
    added.value = added.value.filter((id) => id !== panelId)
  }
  function clear(): void {
    packageId.value = null
    added.value = []
    hbvConsent.value = false
  }

  watch([subject, age, kindId], () =>
    loadPackages().catch((error: unknown) => (problem.value = asProblem(error))),
  )
  watch([subject, kindId, packageId, added, hbvConsent], () => {
    const mine = ++question
    if (isEmpty.value || !kindId.value) quote.value = null
    else void price(mine)
  })

  return {
    kindId,
    packages,
    packageId,
    added,
    hbvConsent,
    quote,
    pricing,
    problem,
    chosenIds,
    blocking,
    isEmpty,
    loadPackages,
    choosePackage,
    add,
    remove,
    clear,
  }
}
