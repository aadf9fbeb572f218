import createClient, { type Middleware } from 'openapi-fetch'

import { Problem } from './problem'
import type { paths } from './schema'

export type Query = Record<string, unknown>

let askLogIn: (() => Promise<void>) | null = null

/** The app says how to ask for a new log-in when the session has ended; the call waits and is then repeated. */
export function onUnauthenticated(ask: (() => Promise<void>) | null): void {
  askLogIn = ask
}

const HEADERS = { 'X-Requested-With': 'kangqiao' }
const UNGUARDED = /\/api\/v1\/session(\/(log-in|enter|hospital-card|log-out))?$/

/** fetch for the hospital's own host: header against CSRF, problems thrown, an ended session asked for once and repeated. */
export async function kqFetch(request: Request): Promise<Response> {
  const again = request.clone()
  const response = await send(request)
  if (response.status === 401 && askLogIn && !UNGUARDED.test(new URL(request.url).pathname)) {
    await askLogIn()
    return checked(await send(again))
  }
  return checked(response)
}

async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request, { credentials: 'same-origin' })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw Problem.offline()
  }
}

async function checked(response: Response): Promise<Response> {
  if (!response.ok) throw await Problem.from(response)
  return response
}

const guard: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(HEADERS)) request.headers.set(name, value)
    return request
  },
}

/** Typed by the server's OpenAPI document: `const { data } = await api.GET('/api/v1/...')`. Throws Problem. */
export const api = createClient<paths>({ baseUrl: baseUrl(), fetch: kqFetch })
api.use(guard)

/** A new key for one command; keep it while the same command is repeated. */
export function idempotencyKey(): string {
  return crypto.randomUUID()
}

export interface CallOptions {
  query?: Query
  signal?: AbortSignal
  /** true makes a new Idempotency-Key, a string repeats a known one. */
  idempotent?: boolean | string
}

/** Untyped calls for the generic pages, whose paths come from descriptors. All throw Problem. */
export const http = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    call<T>('GET', path, undefined, { query, signal }),
  post: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>('POST', path, body, options),
  put: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>('PUT', path, body, options),
  patch: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>('PATCH', path, body, options),
  delete: <T>(path: string, options?: CallOptions) => call<T>('DELETE', path, undefined, options),
  download,
}

async function call<T>(method: string, path: string, body: unknown, options: CallOptions = {}): Promise<T> {
  const response = await kqFetch(buildRequest(method, path, body, options))
  if (response.status === 204) return undefined as T
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

function buildRequest(method: string, path: string, body: unknown, options: CallOptions): Request {
  const headers = new Headers(HEADERS)
  let payload: BodyInit | undefined
  if (body instanceof FormData || body instanceof Blob) payload = body
  else if (body !== undefined) {
    headers.set('Content-Type', 'application/json')
    payload = JSON.stringify(body)
  }
  if (options.idempotent) {
    headers.set('Idempotency-Key', options.idempotent === true ? idempotencyKey() : options.idempotent)
  }
  return new Request(withQuery(path, options.query), {
    method,
    headers,
    body: payload,
    signal: options.signal,
  })
}

/** Empty values are left out; a list repeats its name. */
export function withQuery(path: string, query: Query = {}): string {
  const url = new URL(path, baseUrl())
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') url.searchParams.append(name, String(one))
    }
  }
  return url.toString()
}

function baseUrl(): string {
  return typeof window === 'undefined' ? 'http://localhost' : window.location.origin
}

/** Fetches a file and hands it to the browser, under the given name or the one of the server. */
async function download(path: string, query?: Query, wantedName = ''): Promise<string> {
  const response = await kqFetch(buildRequest('GET', path, undefined, { query }))
  const name = wantedName || fileName(response.headers.get('content-disposition')) || 'export.xlsx'
  saveBlob(await response.blob(), name)
  return name
}

export function fileName(disposition: string | null): string {
  const star = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')
  if (star?.[1]) return decodeURIComponent(star[1])
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1] ?? ''
}

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
