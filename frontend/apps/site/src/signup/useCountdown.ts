import { onScopeDispose, ref, type Ref } from 'vue'

/** Seconds left until a code may be sent again; measured against the clock, so a sleeping tab does not stretch it. */
export function useCountdown(now: () => number = Date.now): {
  left: Ref<number>
  start: (seconds: number) => void
} {
  const left = ref(0)
  let until = 0
  let timer: ReturnType<typeof setInterval> | undefined

  function stop(): void {
    clearInterval(timer)
    timer = undefined
  }
  function tick(): void {
    left.value = Math.max(0, Math.ceil((until - now()) / 1000))
    if (left.value === 0) stop()
  }
  function start(seconds: number): void {
    stop()
    until = now() + seconds * 1000
    timer = setInterval(tick, 250)
    tick()
  }
  onScopeDispose(stop)
  return { left, start }
}
