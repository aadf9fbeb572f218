import { afterEach, describe, expect, it, vi } from 'vitest'

import { fileName, http, onUnauthenticated, withQuery } from '../src/client'
import { Problem } from '../src/problem'

const problem = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } })

afterEach(() => {
  vi.unstubAllGlobals()
  onUnauthenticated(null)
})

describe('calls to the server', () => {
  it('carries the header that guards against foreign pages, and a key when asked', async () => {
    const fetched = vi.fn<(request: Request) => Promise<Response>>(
      async () => new Response(null, { status: 204 }),
    )
    vi.stubGlobal('fetch', fetched)
    await http.post('/api/v1/checkup/checkups', { a: 1 }, { idempotent: 'k-1' })
    const request = fetched.mock.calls[0]![0]
    expect(request.headers.get('X-Requested-With')).toBe('kangqiao')
    expect(request.headers.get('Idempotency-Key')).toBe('k-1')
  })

  it('throws the problem with its code and its field errors', async () => {
    vi.stubGlobal('fetch', async () =>
      problem(422, {
        type: '/problems/validation',
        title: '输入有误',
        errors: [{ pointer: '/name', code: 'missing', detail: '必填' }],
      }),
    )
    const refused = await http.get('/api/v1/x').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Problem)
    expect(refused).toMatchObject({ code: 'validation', status: 422, title: '输入有误' })
    expect((refused as Problem).at('/name')).toBe('必填')
  })

  it('asks for a log-in when the session has ended and repeats the call with its body', async () => {
    const bodies: string[] = []
    let ended = true
    vi.stubGlobal('fetch', async (request: Request) => {
      bodies.push(await request.text())
      return ended
        ? problem(401, { type: '/problems/session-idle', title: '请重新登录' })
        : new Response('{"id":7}')
    })
    onUnauthenticated(async () => void (ended = false))
    expect(await http.post('/api/v1/x', { typed: '心尖部杂音' })).toEqual({ id: 7 })
    expect(bodies).toEqual(['{"typed":"心尖部杂音"}', '{"typed":"心尖部杂音"}'])
  })

  it('does not ask when the log-in itself is refused', async () => {
    const asked = vi.fn(async () => undefined)
    onUnauthenticated(asked)
    vi.stubGlobal('fetch', async () =>
      problem(401, { type: '/problems/wrong-credentials', title: '用户名或密码不对' }),
    )
    await expect(http.post('/api/v1/session/log-in', {})).rejects.toMatchObject({ code: 'wrong-credentials' })
    expect(asked).not.toHaveBeenCalled()
  })

  it('says that the line is down instead of a technical message', async () => {
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('Failed to fetch')))
    await expect(http.get('/api/v1/x')).rejects.toMatchObject({ code: 'offline', title: '连不上服务器' })
  })

  it('leaves empty parameters out and reads Chinese file names', () => {
    expect(withQuery('/api/v1/x', { q: '', page: 1, ids: [1, 2], none: null })).toMatch(
      /\/api\/v1\/x\?page=1&ids=1&ids=2$/,
    )
    expect(
      fileName(`attachment; filename="a.xlsx"; filename*=UTF-8''${encodeURIComponent('体检项目.xlsx')}`),
    ).toBe('体检项目.xlsx')
  })
})
