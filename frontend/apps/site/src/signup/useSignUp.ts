import { computed, reactive, ref, watch } from 'vue'
import { Problem, errorsByField } from '../api/problem'
import { createSignUp, sendCode, type SignUpPayload } from '../api/signUps'
import { CONSENT_VERSION } from '../legal/documents'
import { keyFor, loadDraft, saveDraft } from './draft'
import {
  FIELDS,
  LABELS,
  isEmail,
  isPhone,
  missing,
  normalizePhone,
  normalizeSubdomain,
  type FieldName,
  type SignUpForm,
} from './rules'
import { useCountdown } from './useCountdown'

/** Seconds between two codes when the server does not say otherwise. */
const RESEND = 60

export function payloadOf(form: SignUpForm): SignUpPayload {
  return {
    plan: form.plan,
    phone_code: form.phone_code,
    email_code: form.email_code,
    demo_data: form.demo_data,
    group_name: form.group_name.trim() || form.hospital_name.trim(),
    hospital_name: form.hospital_name.trim(),
    subdomain: normalizeSubdomain(form.subdomain),
    contact_name: form.contact_name.trim(),
    phone: normalizePhone(form.phone),
    email: form.email.trim().toLowerCase(),
    consent_version: CONSENT_VERSION,
  }
}

type Channel = 'phone' | 'email'

/** The form's state: what is typed, what the server refused, what is still missing, and one submission at a time. */
export function useSignUp() {
  const form = reactive(loadDraft())
  const errors = reactive<Partial<Record<FieldName, string>>>({})
  const refusal = ref('')
  const busy = ref(false)
  const sent = reactive<Record<Channel, string>>({ phone: '', email: '' })
  const sending = reactive<Record<Channel, boolean>>({ phone: false, email: false })
  const countdowns = { phone: useCountdown(), email: useCountdown() }
  const left = computed(() => missing(form))
  const leftText = computed(() =>
    left.value.length ? `还差 ${left.value.length} 项：${left.value.map((f) => LABELS[f]).join('、')}` : '',
  )

  watch(form, () => saveDraft(form), { deep: true })
  for (const field of FIELDS) {
    watch(
      () => form[field === 'consent_version' ? 'consent' : field],
      () => delete errors[field],
    )
  }

  async function requestCode(channel: Channel): Promise<void> {
    const valid = channel === 'phone' ? isPhone(form.phone) : isEmail(form.email)
    if (!valid) {
      errors[channel] = channel === 'phone' ? '请先填 11 位手机号' : '请先填完整的邮箱地址'
      return
    }
    if (sending[channel] || countdowns[channel].left.value > 0) return
    sending[channel] = true
    delete errors[channel]
    const target = channel === 'phone' ? normalizePhone(form.phone) : form.email.trim().toLowerCase()
    try {
      await sendCode(channel, target)
      sent[channel] = target
      countdowns[channel].start(RESEND)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      errors[channel] = errorsByField(error, ['target']).byField.target ?? error.text
      if (error.status === 429) countdowns[channel].start(error.retryAfter ?? RESEND)
    } finally {
      sending[channel] = false
    }
  }

  /** The public id of the sign-up, or null when it was refused (the reasons stand in `errors` and `refusal`). */
  async function submit(): Promise<string | null> {
    if (busy.value || left.value.length) return null
    busy.value = true
    refusal.value = ''
    const payload = payloadOf(form)
    try {
      const { public_id } = await createSignUp(payload, keyFor(payload))
      return public_id
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      const { byField, rest } = errorsByField(error, FIELDS)
      Object.assign(errors, byField)
      refusal.value = rest
      return null
    } finally {
      busy.value = false
    }
  }

  return { form, errors, refusal, busy, sent, sending, countdowns, left, leftText, requestCode, submit }
}
