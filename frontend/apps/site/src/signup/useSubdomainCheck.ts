import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { checkSubdomain, type SubdomainAnswer } from '../api/signUps'
import { Problem } from '../api/problem'
import { normalizeSubdomain, subdomainFault } from './rules'

export type SubdomainState =
  | { kind: 'idle' }
  | { kind: 'fault'; text: string }
  | { kind: 'checking' }
  | { kind: 'free' }
  | { kind: 'taken'; text: string; suggestion: string }
  | { kind: 'unknown'; text: string }

const REASONS: Record<string, string> = {
  taken: '已有医院在用',
  reserved: '这个词留给系统用',
  invalid: '写法不合规则',
}

function taken(answer: SubdomainAnswer): SubdomainState {
  const reason = answer.reason ?? ''
  return {
    kind: 'taken',
    text: REASONS[reason] ?? (reason || '不能用，请换一个'),
    suggestion: answer.suggestion ?? '',
  }
}

/** Asks after a pause in typing; an answer to an older question is dropped. */
export function useSubdomainCheck(
  subdomain: () => string,
  pause = 350,
  ask = checkSubdomain,
): { state: Ref<SubdomainState> } {
  const state = ref<SubdomainState>({ kind: 'idle' })
  let timer: ReturnType<typeof setTimeout> | undefined
  let question = 0

  async function run(value: string, mine: number): Promise<void> {
    let next: SubdomainState
    try {
      const answer = await ask(value)
      next = answer.available ? { kind: 'free' } : taken(answer)
    } catch (error) {
      next = { kind: 'unknown', text: error instanceof Problem ? error.text : '暂时查不到，提交时会再核对' }
    }
    if (mine === question) state.value = next
  }

  watch(
    subdomain,
    (raw) => {
      clearTimeout(timer)
      const mine = ++question
      const value = normalizeSubdomain(raw)
      const fault = subdomainFault(value)
      if (!value) state.value = { kind: 'idle' }
      else if (fault) state.value = { kind: 'fault', text: fault }
      else {
        state.value = { kind: 'checking' }
        timer = setTimeout(() => void run(value, mine), pause)
      }
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    question++
  })
  return { state }
}
