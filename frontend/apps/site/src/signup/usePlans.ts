import { ref, type Ref } from 'vue'
import { Problem } from '../api/problem'
import { fetchPlans, type Plan } from '../api/signUps'

export function usePlans(): { plans: Ref<Plan[]>; trouble: Ref<string>; load: () => Promise<void> } {
  const plans = ref<Plan[]>([])
  const trouble = ref('')

  async function load(): Promise<void> {
    trouble.value = ''
    try {
      plans.value = await fetchPlans()
    } catch (error) {
      trouble.value = error instanceof Problem ? error.text : '方案暂时读不到，请稍后再试'
    }
  }
  void load()
  return { plans, trouble, load }
}
