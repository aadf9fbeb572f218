import { onScopeDispose, ref, type Ref } from 'vue'
import { Problem } from '../api/problem'
import { fetchSignUp, type SignUpStatus } from '../api/signUps'

const EVERY = 700
const LONGEST = 10_000

/** Polls until done or failed; slows down while the network is away and catches up by itself. */
export function useSignUpStatus(
  publicId: string,
  ask: (id: string) => Promise<SignUpStatus> = fetchSignUp,
): { status: Ref<SignUpStatus | null>; trouble: Ref<Problem | null> } {
  const status = ref<SignUpStatus | null>(null)
  const trouble = ref<Problem | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  let wait = EVERY

  async function round(): Promise<void> {
    try {
      const answer = await ask(publicId)
      if (stopped) return
      status.value = answer
      trouble.value = null
      wait = EVERY
      if (answer.status === 'done' || answer.status === 'failed') return
    } catch (error) {
      if (stopped) return
      trouble.value =
        error instanceof Problem
          ? error
          : new Problem({ code: 'unknown', status: 0, title: '暂时读不到进度' })
      if (trouble.value.status === 404) return
      wait = Math.max(Math.min(wait * 2, LONGEST), (trouble.value.retryAfter ?? 0) * 1000)
    }
    timer = setTimeout(() => void round(), wait)
  }
  void round()
  onScopeDispose(() => {
    stopped = true
    clearTimeout(timer)
  })
  return { status, trouble }
}
