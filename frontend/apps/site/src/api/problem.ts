/** A refusal as the server words it (RFC 9457), or the network's silence in the same shape. */
export interface ProblemEntry {
  pointer: string
  code: string
  detail: string
}

export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly entries: ProblemEntry[]
  /** Seconds to wait, when the server says so. */
  readonly retryAfter: number | null

  constructor(init: {
    code: string
    status: number
    title: string
    detail?: string
    entries?: ProblemEntry[]
    retryAfter?: number | null
  }) {
    super(init.detail || init.title)
    this.code = init.code
    this.status = init.status
    this.title = init.title
    this.detail = init.detail ?? ''
    this.entries = init.entries ?? []
    this.retryAfter = init.retryAfter ?? null
  }

  /** One sentence for the person: what happened and what to do. */
  get text(): string {
    return [this.title, this.detail].filter((part, i, all) => part && all.indexOf(part) === i).join('。')
  }
}

export const offline = (): Problem =>
  new Problem({
    code: 'offline',
    status: 0,
    title: '没有连上服务器',
    detail: '已填的内容还在，请检查网络后再试一次',
  })

interface ProblemBody {
  type?: string
  title?: string
  detail?: string
  errors?: Partial<ProblemEntry>[]
  retry_after?: number
}

function seconds(value: unknown): number | null {
  const parsed = Number(value)
  return value !== null && value !== undefined && value !== '' && Number.isFinite(parsed) && parsed > 0
    ? Math.ceil(parsed)
    : null
}

/** Read a response that is not 2xx; a body that is no problem document still gives a sentence. */
export async function problemFrom(response: Response): Promise<Problem> {
  let body: ProblemBody = {}
  try {
    body = (await response.json()) as ProblemBody
  } catch {
    body = {}
  }
  return new Problem({
    code: body.type?.split('/').pop() || `http-${response.status}`,
    status: response.status,
    title: body.title || (response.status >= 500 ? '服务器没有处理成功' : '请求没有被接受'),
    detail: body.detail || (body.title ? '' : '请稍后再试一次'),
    entries: (body.errors ?? []).map((e) => ({
      pointer: e.pointer ?? '',
      code: e.code ?? '',
      detail: e.detail ?? '',
    })),
    retryAfter: seconds(body.retry_after) ?? seconds(response.headers.get('Retry-After')),
  })
}

/** `/subdomain`, `#/subdomain` and `/body/payload/subdomain` all name the field `subdomain`. */
export function fieldOf(pointer: string): string {
  return pointer.replace(/^#/, '').split('/').filter(Boolean).pop() ?? ''
}

/** Split a refusal into sentences under fields and a rest that belongs above the button. */
export function errorsByField(
  problem: Problem,
  fields: readonly string[],
): { byField: Record<string, string>; rest: string } {
  const byField: Record<string, string> = {}
  const orphans: string[] = []
  for (const entry of problem.entries) {
    const field = fieldOf(entry.pointer)
    const text = entry.detail && entry.detail !== problem.detail ? entry.detail : problem.text
    if (fields.includes(field)) byField[field] ??= text
    else if (entry.detail) orphans.push(entry.detail)
  }
  const topic = fields.find((field) => problem.code.startsWith(`${field}-`))
  if (!problem.entries.length && topic) return { byField: { [topic]: problem.text }, rest: '' }
  if (orphans.length) return { byField, rest: orphans.join('；') }
  return { byField, rest: Object.keys(byField).length ? '' : problem.text }
}
