import { http } from '@kangqiao/api-client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'

import type { Package, PanelOffer, Person } from './contract'
import { useBasket } from './useBasket'
import { guessNewPerson, readDate, usePerson } from './usePerson'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a new person', () => {
  it.each([
    ['42010619800314123x', 'id_number', '42010619800314123X'],
    ['13905712068', 'phone', '13905712068'],
    ['王小明', 'name', '王小明'],
    ['wxm', 'name', ''],
  ])('takes what was typed in the finder (%s) into its field', (text, field, value) => {
    expect(guessNewPerson(text)[field as 'name']).toBe(value)
  })

  it.each([
    ['19830506', '1983-05-06'],
    ['1983.5.6', '1983-05-06'],
    ['1983-05-06', '1983-05-06'],
    ['1983-02-30', ''],
    ['198305', ''],
  ])('reads the date of birth %s as %s', (text, date) => expect(readDate(text)).toBe(date))

  it('takes sex and birthday from the ID number and is stopped by a wrong one', async () => {
    const post = vi.spyOn(http, 'post').mockImplementation(async (path: string) => {
      if (path.endsWith('parse-id'))
        return { valid: true, sex: 'male', birth_date: '1980-03-14', age: 46, message: '' }
      return { items: [] }
    })
    const who = effectScope().run(() => usePerson())!
    who.startNew('王小明')
    who.draft.id_number = '420106198003141234'
    await nextTick()
    await vi.advanceTimersByTimeAsync(400)
    expect(who.draft).toMatchObject({ sex: 'male', birth_date: '1980-03-14' })
    expect(who.obstacle.value).toBe('')
    post.mockImplementation(async () => ({
      valid: false,
      sex: null,
      birth_date: null,
      age: null,
      message: '校验位不对',
    }))
    who.draft.id_number = '420106198003141235'
    await nextTick()
    await vi.advanceTimersByTimeAsync(400)
    expect(who.obstacle.value).toBe('id_number')
  })

  it('is stopped by a possible duplicate until somebody says that it is another person', async () => {
    const found = (reason: string) => ({
      items: [{ person: { id: 3 } as Person, reasons: [reason], reason_text: '' }],
    })
    const post = vi.spyOn(http, 'post').mockResolvedValue(found('name_phone'))
    const who = effectScope().run(() => usePerson())!
    who.startNew('王小明')
    Object.assign(who.draft, { sex: 'male', phone: '13905712068' })
    await nextTick()
    await vi.advanceTimersByTimeAsync(400)
    expect(who.obstacle.value).toBe('duplicate')
    who.allowDuplicate.value = true
    expect(who.obstacle.value).toBe('')
    post.mockResolvedValue(found('id_number'))
    who.draft.phone = '13905712069'
    await nextTick()
    await vi.advanceTimersByTimeAsync(400)
    expect(who.obstacle.value).toBe('duplicate')
  })
})

describe('the basket', () => {
  const offer = (id: number) => ({ id, verdict: 'ok' }) as PanelOffer

  it('prices every change, keeps the newest answer, and drops added panels that the package contains', async () => {
    const asked: unknown[] = []
    vi.spyOn(http, 'get').mockResolvedValue({ items: [{ id: 3, panel_ids: [8, 9] } as Package] })
    const answers: ((value: never) => void)[] = []
    vi.spyOn(http, 'post').mockImplementation((_path, body) => {
      asked.push(body)
      return new Promise((resolve) => answers.push(resolve as (value: never) => void)) as Promise<never>
    })
    const basket = effectScope().run(() =>
      useBasket(ref({ sex: 'male', birth_date: '1980-03-14' }), ref(46)),
    )!
    basket.kindId.value = 1
    await vi.runAllTimersAsync()
    basket.add(offer(8))
    await nextTick()
    basket.choosePackage(3)
    await nextTick()
    expect(asked).toHaveLength(2)
    expect(asked[1]).toMatchObject({ package_id: 3, panel_ids: [], kind_id: 1 })
    const quote = (amount: string) => ({ lines: [], problems: [], amount })
    answers[1]!(quote('880.00') as never)
    answers[0]!(quote('56.00') as never)
    await vi.runAllTimersAsync()
    expect(basket.quote.value?.amount).toBe('880.00')
    basket.clear()
    await nextTick()
    expect(basket.quote.value).toBeNull()
  })
})
