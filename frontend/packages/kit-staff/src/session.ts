import { asProblem, http, onUnauthenticated, Problem, realtime } from '@kangqiao/api-client'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { rememberFor } from './lists/remember'

export interface SessionUser {
  id: number
  username: string
  name: string
  title: string
  roles: string[]
  departments: { id: number; code: string; name: string }[]
}

export interface SessionHospital {
  name: string
  subdomain: string
  group: string
}

export interface SessionInfo {
  user: SessionUser
  hospital: SessionHospital
  permissions: string[]
  features: { ws_url?: string; idle_seconds?: number } & Record<string, unknown>
  /** What must be done before anything else; "" when ready. */
  setup: '' | 'first_password' | 'password' | 'totp'
}

export interface LogInInput {
  username: string
  password: string
  totp?: string
}

/** Who works here, in which hospital, and what they may do. */
export const useSession = defineStore('session', () => {
  const info = shallowRef<SessionInfo | null>(null)
  const loaded = ref(false)
  /** The log-in dialog stands over the page while this is set. */
  const asking = ref(false)
  let waiting: { promise: Promise<void>; resolve: () => void } | null = null

  const user = computed(() => info.value?.user ?? null)
  const hospital = computed(() => info.value?.hospital ?? null)
  const setup = computed(() => info.value?.setup ?? '')
  const features = computed(() => info.value?.features ?? {})
  const permissions = computed(() => new Set(info.value?.permissions ?? []))

  /** Any of several permissions; no permission named means everybody who is logged in. */
  function can(permission?: string | string[]): boolean {
    if (!permission) return info.value !== null
    return [permission].flat().some((one) => permissions.value.has(one))
  }

  /** Reads the present session; false when nobody is logged in. */
  async function load(): Promise<boolean> {
    try {
      accept(await http.get<SessionInfo>('/api/v1/session'))
      return true
    } catch (error) {
      const problem = asProblem(error)
      if (problem.status !== 401) throw problem
      info.value = null
      return false
    } finally {
      loaded.value = true
    }
  }

  function accept(next: SessionInfo): void {
    info.value = next
    rememberFor(String(next.user.id))
    const url = next.features?.ws_url
    if (url && !next.setup) realtime.connect(url)
  }

  /** Logs in and reads the session. Throws Problem (`totp-required`, `account-locked`, ...). */
  async function logIn(input: LogInInput): Promise<void> {
    const before = info.value?.user.id
    accept(await http.post<SessionInfo>('/api/v1/session/log-in', input))
    if (info.value?.setup) return
    resume(before)
  }

  /** Set-up is done: read the session anew and go on. */
  async function finishSetup(): Promise<void> {
    const before = info.value?.user.id
    await load()
    if (!info.value?.setup) resume(before)
  }

  function resume(before: number | undefined): void {
    if (asking.value && before !== undefined && before !== info.value?.user.id) {
      window.location.assign('/')
      return
    }
    asking.value = false
    waiting?.resolve()
    waiting = null
  }

  async function logOut(): Promise<void> {
    await http.post('/api/v1/session/log-out').catch((error: unknown) => {
      if (!(error instanceof Problem) || error.status !== 401) throw error
    })
    realtime.close()
    info.value = null
    window.location.assign('/log-in')
  }

  /** A call met an ended session: ask for the log-in over the page, all waiting calls go on after it. */
  function askLogIn(): Promise<void> {
    if (!waiting) {
      let resolve: () => void = () => undefined
      const promise = new Promise<void>((done) => (resolve = done))
      waiting = { promise, resolve }
      asking.value = true
    }
    return waiting.promise
  }

  onUnauthenticated(() => (info.value ? askLogIn() : Promise.resolve()))

  return {
    info,
    loaded,
    asking,
    user,
    hospital,
    setup,
    features,
    permissions,
    can,
    load,
    logIn,
    finishSetup,
    logOut,
    accept,
  }
})
