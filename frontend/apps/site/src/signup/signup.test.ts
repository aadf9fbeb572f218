import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { SubdomainAnswer } from '../api/signUps'
import { keyFor, loadDraft, saveDraft } from './draft'
import { emptyForm, isPhone, missing, normalizePhone, subdomainFault } from './rules'
import { useCountdown } from './useCountdown'
import { payloadOf, useSignUp } from './useSignUp'
import { useSubdomainCheck } from './useSubdomainCheck'

const filled = () => ({
  ...emptyForm(),
  plan: 'single',
  hospital_name: ' 临江医院 ',
  subdomain: 'LinJiang',
  contact_name: '叶知秋',
  phone: '+86 139 0571 2068',
  phone_code: '407192',
  email: 'Ye@Linjiang.example',
  email_code: '618035',
  consent: true,
})

beforeEach(() => {
  sessionStorage.clear()
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the rules of the form', () => {
  it('accepts mobile numbers as people write them', () => {
    expect(normalizePhone('+86 139-0571 2068')).toBe('13905712068')
    expect(isPhone('139 0571 2068')).toBe(true)
    expect(isPhone('1290571206')).toBe(false)
  })

  it.each([
    ['1abc', ''],
    ['ab', '还差 1 位，至少 3 位'],
    ['a_bc', '只能用小写字母、数字和短横线'],
    ['abc-', '短横线不能在首尾，也不能连着'],
    ['a--b', '短横线不能在首尾，也不能连着'],
    ['a'.repeat(33), '多了 3 位，最多 30 位'],
    ['linjiang', ''],
    [' LinJiang ', ''],
  ])('says what is wrong with the subdomain %s', (value, fault) => expect(subdomainFault(value)).toBe(fault))

  it('lists what is missing in the order of the page, and nothing when all is there', () => {
    expect(missing({ ...filled(), email_code: '61803', consent: false })).toEqual([
      'email_code',
      'consent_version',
    ])
    expect(missing(filled())).toEqual([])
  })

  it('takes the hospital as its own group when no group is named', () => {
    expect(payloadOf(filled())).toMatchObject({
      group_name: '临江医院',
      hospital_name: '临江医院',
      subdomain: 'linjiang',
      phone: '13905712068',
      email: 'ye@linjiang.example',
    })
  })
})

describe('the draft', () => {
  it('comes back after a reload without codes and consent', () => {
    saveDraft(filled())
    expect(loadDraft()).toMatchObject({
      hospital_name: ' 临江医院 ',
      phone_code: '',
      email_code: '',
      consent: false,
    })
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('407192')
  })

  it('survives a broken store entry', () => {
    sessionStorage.setItem('kq.signup.draft.1', '{broken')
    expect(loadDraft()).toEqual(emptyForm())
  })

  it('repeats the key for the same payload, also after a reload, and changes it with the payload', () => {
    const first = keyFor(payloadOf(filled()))
    expect(keyFor(payloadOf(filled()))).toBe(first)
    expect(keyFor(payloadOf({ ...filled(), email_code: '111111' }))).not.toBe(first)
  })
})

describe('submitting', () => {
  it('sends one request for a double click', async () => {
    const calls: RequestInit[] = []
    vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
      calls.push(init)
      return new Response('{"public_id":"su-1"}', { status: 202 })
    })
    const scope = effectScope()
    const sign = scope.run(() => useSignUp())!
    Object.assign(sign.form, filled())
    expect(await Promise.all([sign.submit(), sign.submit()])).toEqual(['su-1', null])
    expect(calls).toHaveLength(1)
    expect((calls[0]!.headers as Record<string, string>)['Idempotency-Key']).toMatch(/^[0-9a-f]{32}$/)
    scope.stop()
  })

  it('puts the refusal under the field and takes it away when the field changes', async () => {
    const body = {
      title: '有内容要改',
      errors: [{ pointer: '/email_code', code: 'wrong', detail: '还能试 4 次' }],
    }
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(body), { status: 422 }))
    const scope = effectScope()
    const sign = scope.run(() => useSignUp())!
    Object.assign(sign.form, filled())
    await nextTick()
    expect(await sign.submit()).toBeNull()
    expect(sign.errors.email_code).toBe('还能试 4 次')
    sign.form.email_code = '618036'
    await nextTick()
    expect(sign.errors.email_code).toBeUndefined()
    scope.stop()
  })

  it('counts down the wait that the server asks for', async () => {
    vi.stubGlobal(
      'fetch',
      async () => new Response('{"title":"发得太频繁了","retry_after":30}', { status: 429 }),
    )
    const scope = effectScope()
    const sign = scope.run(() => useSignUp())!
    Object.assign(sign.form, filled())
    await sign.requestCode('phone')
    expect(sign.errors.phone).toBe('发得太频繁了')
    expect(sign.countdowns.phone.left.value).toBe(30)
    scope.stop()
  })
})

describe('the countdown', () => {
  it('follows the clock, not the number of ticks', () => {
    const scope = effectScope()
    const { left, start } = scope.run(() => useCountdown())!
    start(60)
    expect(left.value).toBe(60)
    vi.advanceTimersByTime(18_000)
    expect(left.value).toBe(42)
    vi.setSystemTime(Date.now() + 60_000)
    vi.advanceTimersByTime(250)
    expect(left.value).toBe(0)
    scope.stop()
  })
})

describe('the live check of the subdomain', () => {
  it('asks once after a pause and drops the answer to an older question', async () => {
    const asked: string[] = []
    const answers: Record<string, (a: SubdomainAnswer) => void> = {}
    const ask = (value: string) => {
      asked.push(value)
      return new Promise<SubdomainAnswer>((resolve) => (answers[value] = resolve))
    }
    const typed = ref('')
    const scope = effectScope()
    const { state } = scope.run(() => useSubdomainCheck(() => typed.value, 350, ask))!
    typed.value = 'lin'
    await nextTick()
    typed.value = 'linjiang'
    await nextTick()
    vi.advanceTimersByTime(350)
    typed.value = 'linjiang2'
    await nextTick()
    vi.advanceTimersByTime(350)
    expect(asked).toEqual(['linjiang', 'linjiang2'])
    answers.linjiang2!({ available: false, reason: 'taken', suggestion: 'linjiang3' })
    await vi.runAllTimersAsync()
    answers.linjiang!({ available: true, reason: null, suggestion: null })
    await vi.runAllTimersAsync()
    expect(state.value).toEqual({ kind: 'taken', text: '已有医院在用', suggestion: 'linjiang3' })
    scope.stop()
  })
})
