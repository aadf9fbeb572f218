import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { Problem, offline } from '../api/problem'
import type { SignUpStatus, Step, StepState } from '../api/signUps'
import { errorText, percent, safeRedirect, stepNote, totalSeconds } from './progress'
import { useSignUpStatus } from './useSignUpStatus'

const T0 = Date.parse('2026-11-23T02:00:00Z')
const at = (s: number) => new Date(T0 + s * 1000).toISOString()
const step = (state: StepState, from: number | null = null, to: number | null = null): Step => ({
  name: 'x',
  title: 'x',
  state,
  started_at: from === null ? null : at(from),
  finished_at: to === null ? null : at(to),
  detail: null,
})
const status = (state: SignUpStatus['status'], steps: Step[]): SignUpStatus => ({
  status: state,
  hospital_name: '临江医院',
  subdomain: 'linjiang',
  steps,
  redirect_url: null,
  error: null,
})

describe('the progress', () => {
  it('counts whole steps and half a running one, and is 100 only when done', () => {
    expect(percent(status('pending', []))).toBe(0)
    expect(
      percent(status('running', [step('done'), step('running'), step('pending'), step('pending')])),
    ).toBe(37)
    expect(percent(status('running', [step('done'), step('done')]))).toBe(99)
    expect(percent(status('done', [step('done')]))).toBe(100)
  })

  it('writes the seconds of each step', () => {
    expect(stepNote(step('done', 0, 0.8), T0)).toBe('0.8 秒')
    expect(stepNote(step('running', 1), T0 + 3500)).toBe('已 2.5 秒')
    expect(stepNote(step('pending'), T0)).toBe('等待')
  })

  it('stops the total at the last finish once it is over', () => {
    const steps = [step('done', 0, 1), step('done', 1, 4)]
    expect(totalSeconds(status('running', steps), T0 + 9000)).toBe(9)
    expect(totalSeconds(status('done', steps), T0 + 9000)).toBe(4)
  })

  it('words a failure from the error or from the failed step', () => {
    expect(errorText({ ...status('failed', []), error: { title: '没有建成', detail: '请再试' } })).toBe(
      '没有建成。请再试',
    )
    expect(errorText(status('failed', [{ ...step('failed'), detail: '连接中断' }]))).toBe('连接中断')
  })
})

describe('the way into the new hospital', () => {
  it.each([
    ['http://linjiang.localhost:8000/enter?token=a', true],
    ['https://evil.example/enter?token=a', false],
    ['http://linjiang.localhost.evil.example/', false],
    ['http://other.localhost:8000/', false],
    ['javascript:alert(1)', false],
    ['', false],
  ])('%s is followed: %s', (url, followed) =>
    expect(safeRedirect(url, 'linjiang', 'localhost') !== null).toBe(followed),
  )
})

it('follows from www to the hospital beside it, not to a stranger', () => {
  expect(
    safeRedirect('https://linjiang.kangqiao.example/', 'linjiang', 'www.kangqiao.example'),
  ).not.toBeNull()
  expect(safeRedirect('https://linjiang.example/', 'linjiang', 'www.kangqiao.example')).toBeNull()
})

describe('polling', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('goes on after the network was away and ends when done', async () => {
    const answers: (SignUpStatus | Problem)[] = [status('running', []), offline(), status('done', [])]
    const ask = vi.fn(async () => {
      const next = answers.shift()
      if (next instanceof Problem || !next) throw next
      return next
    })
    const scope = effectScope()
    const { status: seen, trouble } = scope.run(() => useSignUpStatus('su-1', ask))!
    await vi.advanceTimersByTimeAsync(700)
    expect(trouble.value?.code).toBe('offline')
    expect(seen.value?.status).toBe('running')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(seen.value?.status).toBe('done')
    expect(trouble.value).toBeNull()
    expect(ask).toHaveBeenCalledTimes(3)
    scope.stop()
  })

  it('stops asking for a sign-up that does not exist', async () => {
    const ask = vi.fn(async () => {
      throw new Problem({ code: 'not-found', status: 404, title: '没有' })
    })
    const scope = effectScope()
    scope.run(() => useSignUpStatus('su-x', ask))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ask).toHaveBeenCalledTimes(1)
    scope.stop()
  })
})
