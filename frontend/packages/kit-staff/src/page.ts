import { onBeforeUnmount, ref, toValue, watchEffect, type MaybeRefOrGetter } from 'vue'

export interface PageHead {
  title: string
  where?: string
}

/** What the open page says about itself; null: the route's meta speaks. */
export const pageHead = ref<PageHead | null>(null)

/** Title and the small grey words of the top bar, for as long as the page is open. */
export function usePage(head: MaybeRefOrGetter<PageHead>): void {
  watchEffect(() => {
    pageHead.value = toValue(head)
  })
  onBeforeUnmount(() => {
    pageHead.value = null
  })
}
