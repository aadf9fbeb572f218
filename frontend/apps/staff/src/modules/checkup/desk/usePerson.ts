import { asProblem, http, type Problem } from '@kangqiao/api-client'
import { computed, reactive, ref, shallowRef, watch } from 'vue'

import { PERSONS, type Duplicate, type IdReading, type NewPerson, type Person } from './contract'

const PAUSE_MS = 300
const BLANK: NewPerson = {
  name: '',
  id_kind: 'resident',
  id_number: '',
  sex: '',
  birth_date: '',
  phone: '',
  allergies: '',
}

/** Text of the finder turned into the first field of a new record: an ID number, a phone or a name. */
export function guessNewPerson(text: string): NewPerson {
  const word = text.trim()
  if (/^\d{17}[\dXx]$/.test(word)) return { ...BLANK, id_number: word.toUpperCase() }
  if (/^1\d{10}$/.test(word)) return { ...BLANK, phone: word }
  return { ...BLANK, name: /[\u3400-\u9fff]/.test(word) ? word : '' }
}

/** `19830506`, `1983.5.6` and `1983/05/06` are `1983-05-06`; anything else is "" . */
export function readDate(text: string): string {
  const parts = /^(\d{4})(?:[-./年]?)(\d{1,2})(?:[-./月]?)(\d{1,2})日?$/.exec(text.trim())
  if (!parts) return ''
  const [, year = '', month = '', day = ''] = parts
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const date = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? iso : ''
}

/** Who is being enrolled: a record that was found, or a new one with its live checks. */
export function usePerson() {
  const person = shallowRef<Person | null>(null)
  const draft = reactive<NewPerson>({ ...BLANK })
  const making = ref(false)
  const reading = shallowRef<IdReading | null>(null)
  const duplicates = shallowRef<Duplicate[]>([])
  const allowDuplicate = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let question = 0

  const subject = computed(() => {
    if (person.value) return { sex: person.value.sex, birth_date: person.value.birth_date ?? '' }
    if (!making.value || !draft.sex) return null
    return {
      sex: draft.sex,
      birth_date: readDate(draft.birth_date),
    }
  })
  /** Only the same ID number stops a new record for good. */
  const sameDocument = computed(() => duplicates.value.some((one) => one.reasons.includes('id_number')))
  const obstacle = computed(() => {
    if (person.value) return ''
    if (!making.value) return 'nobody'
    if (!draft.name.trim()) return 'name'
    if (draft.id_number && reading.value && !reading.value.valid) return 'id_number'
    if (!draft.sex) return 'sex'
    if (draft.birth_date && !readDate(draft.birth_date)) return 'birth_date'
    if (sameDocument.value || (duplicates.value.length && !allowDuplicate.value)) return 'duplicate'
    return ''
  })

  function choose(found: Person): void {
    reset()
    person.value = found
  }
  function startNew(text: string): void {
    reset()
    Object.assign(draft, guessNewPerson(text))
    making.value = true
  }
  function reset(): void {
    person.value = null
    making.value = false
    reading.value = null
    duplicates.value = []
    allowDuplicate.value = false
    problem.value = null
    Object.assign(draft, BLANK)
  }
  async function readId(): Promise<void> {
    const answer = await http.post<IdReading>(`${PERSONS}/parse-id`, { id_number: draft.id_number })
    reading.value = answer
    if (!answer.valid) return
    if (answer.sex) draft.sex = answer.sex
    if (answer.birth_date) draft.birth_date = answer.birth_date
  }
  async function check(mine: number): Promise<void> {
    const resident = draft.id_kind === 'resident' && /^\d{17}[\dX]$/i.test(draft.id_number)
    if (resident) await readId()
    else reading.value = null
    if (mine !== question || !draft.name.trim()) return
    const known = {
      id_number: resident && reading.value?.valid ? draft.id_number : '',
      phone: draft.phone,
      birth_date: readDate(draft.birth_date),
    }
    const body = Object.fromEntries(
      Object.entries({ name: draft.name.trim(), ...known }).filter(([, value]) => value),
    )
    if (Object.keys(body).length === 1) return void (duplicates.value = [])
    const found = await http.post<{ items: Duplicate[] }>(`${PERSONS}/check-duplicates`, body)
    if (mine === question) duplicates.value = found.items
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    () => [draft.name, draft.id_number, draft.phone, draft.birth_date, making.value],
    () => {
      clearTimeout(timer)
      if (!making.value) return
      const mine = ++question
      timer = setTimeout(() => {
        check(mine).then(
          () => mine === question && (problem.value = null),
          (error: unknown) => mine === question && (problem.value = asProblem(error)),
        )
      }, PAUSE_MS)
    },
  )

  return {
    person,
    draft,
    making,
    reading,
    duplicates,
    allowDuplicate,
    problem,
    subject,
    sameDocument,
    obstacle,
    choose,
    startNew,
    reset,
  }
}
