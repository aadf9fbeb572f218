import { offline, problemFrom } from './problem'

export interface Plan {
  code: string
  name: string
  price_text: string
  features: string[]
}

export interface SubdomainAnswer {
  available: boolean
  reason: string | null
  suggestion: string | null
}

export interface SignUpPayload {
  plan: string
  group_name: string
  hospital_name: string
  subdomain: string
  contact_name: string
  phone: string
  phone_code: string
  email: string
  email_code: string
  consent_version: string
  demo_data: boolean
}

export type StepState = 'pending' | 'running' | 'done' | 'failed'

export interface Step {
  name: string
  title: string
  state: StepState
  started_at: string | null
  finished_at: string | null
  detail: string | null
}

export interface SignUpStatus {
  status: 'pending' | 'running' | 'done' | 'failed'
  hospital_name: string
  subdomain: string
  steps: Step[]
  redirect_url: string | null
  error: string | { title?: string; detail?: string } | null
}

const ROOT = '/api/public/v1'

async function call<T>(
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  let response: Response
  try {
    response = await fetch(ROOT + path, {
      method,
      headers: {
        'X-Requested-With': 'kangqiao',
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
    })
  } catch {
    throw offline()
  }
  if (!response.ok) throw await problemFrom(response)
  return (response.status === 204 ? undefined : await response.json()) as T
}

export const fetchPlans = async (): Promise<Plan[]> => (await call<{ items: Plan[] }>('GET', '/plans')).items

export const sendCode = (channel: 'phone' | 'email', target: string): Promise<void> =>
  call('POST', '/sign-ups/codes', { channel, target })

export const checkSubdomain = (subdomain: string): Promise<SubdomainAnswer> =>
  call('GET', `/sign-ups/subdomain-check?subdomain=${encodeURIComponent(subdomain)}`)

/** The same key with the same payload is one hospital, however often it is sent. */
export const createSignUp = (
  payload: SignUpPayload,
  idempotencyKey: string,
): Promise<{ public_id: string }> => call('POST', '/sign-ups', payload, { 'Idempotency-Key': idempotencyKey })

export const fetchSignUp = (publicId: string): Promise<SignUpStatus> =>
  call('GET', `/sign-ups/${encodeURIComponent(publicId)}`)
