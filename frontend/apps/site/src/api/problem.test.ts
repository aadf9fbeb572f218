import { describe, expect, it } from 'vitest'
import { Problem, errorsByField, fieldOf, problemFrom } from './problem'

const invalid = (pointer: string, detail = '已有医院在用') =>
  new Problem({
    code: 'invalid',
    status: 422,
    title: '有内容要改',
    entries: [{ pointer, code: 'taken', detail }],
  })

describe('a refusal of the server', () => {
  it('names the field, however the pointer is written', () => {
    for (const pointer of ['/subdomain', '#/subdomain', '/body/payload/subdomain'])
      expect(fieldOf(pointer)).toBe('subdomain')
  })

  it('puts a sentence under its field and leaves nothing over', () => {
    expect(errorsByField(invalid('/subdomain'), ['subdomain'])).toEqual({
      byField: { subdomain: '已有医院在用' },
      rest: '',
    })
  })

  it('shows a sentence about an unknown field above the button instead of losing it', () => {
    expect(errorsByField(invalid('/unknown', '缺少内容'), ['subdomain'])).toEqual({
      byField: {},
      rest: '缺少内容',
    })
  })

  it('says what happened and what to do where the only entry repeats the detail', () => {
    const entries = [{ pointer: '/email_code', code: 'code-wrong', detail: '请核对后重新输入' }]
    const wrong = new Problem({
      code: 'code-wrong',
      status: 422,
      title: '验证码不对',
      detail: '请核对后重新输入',
      entries,
    })
    expect(errorsByField(wrong, ['email_code']).byField.email_code).toBe('验证码不对。请核对后重新输入')
  })

  it('finds the field of a refusal that names it only in its code', () => {
    const taken = new Problem({
      code: 'subdomain-taken',
      status: 409,
      title: '网址刚被用了',
      detail: '请换一个',
    })
    expect(errorsByField(taken, ['subdomain'])).toEqual({
      byField: { subdomain: '网址刚被用了。请换一个' },
      rest: '',
    })
  })

  it('shows title and detail when no field is named', () => {
    const problem = new Problem({ code: 'x', status: 409, title: '网址刚被别人用了', detail: '请换一个' })
    expect(errorsByField(problem, ['subdomain']).rest).toBe('网址刚被别人用了。请换一个')
  })

  it('reads the wait from the body before the header', async () => {
    const headers = { 'Retry-After': '60' }
    const body = JSON.stringify({ type: '/problems/too-many-requests', title: '太频繁', retry_after: 30 })
    expect((await problemFrom(new Response(body, { status: 429, headers }))).retryAfter).toBe(30)
    expect((await problemFrom(new Response('{}', { status: 429, headers }))).retryAfter).toBe(60)
  })

  it('still gives a sentence when a proxy answers with HTML', async () => {
    const problem = await problemFrom(new Response('<html>', { status: 502 }))
    expect(problem.code).toBe('http-502')
    expect(problem.text).toContain('服务器没有处理成功')
  })
})
