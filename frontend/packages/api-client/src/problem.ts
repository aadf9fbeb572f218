import { t } from '@kangqiao/i18n'

/** One field error of a problem; `pointer` is a JSON pointer such as `/code` or `/ranges/2/low`. */
export interface FieldError {
  pointer: string
  code: string
  detail: string
}

export interface ProblemBody {
  type?: string
  title?: string
  status?: number
  detail?: string
  instance?: string
  trace_id?: string
  errors?: FieldError[]
  [extra: string]: unknown
}

/** Every refusal of the server (RFC 9457) and every failure of the line, as one error to show. */
export class Problem extends Error {
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly status: number
  readonly traceId: string
  readonly errors: FieldError[]
  readonly extra: Record<string, unknown>

  constructor(status: number, body: ProblemBody) {
    super(body.title ?? `HTTP ${status}`)
    this.name = 'Problem'
    this.status = status
    this.code = (body.type ?? '').split('/').pop() || `http_${status}`
    this.title = body.title ?? ''
    this.detail = body.detail ?? ''
    this.traceId = body.trace_id ?? ''
    this.errors = body.errors ?? []
    this.extra = body
  }

  /** Message for the field at a pointer, "" when it has none. */
  at(pointer: string): string {
    return this.errors.find((error) => error.pointer === pointer)?.detail ?? ''
  }

  get isOffline(): boolean {
    return this.status === 0
  }

  static offline(): Problem {
    return new Problem(0, {
      type: '/problems/offline',
      title: t('连不上服务器'),
      detail: t('请检查网络后重试；已填写的内容还在本页，没有丢失。'),
    })
  }

  static async from(response: Response): Promise<Problem> {
    const kind = response.headers.get('content-type') ?? ''
    if (kind.includes('json')) {
      try {
        return new Problem(response.status, (await response.json()) as ProblemBody)
      } catch {
        /* an unreadable body falls through to the plain message */
      }
    }
    const server = response.status >= 500
    return new Problem(response.status, {
      title: server ? t('服务器出错，未能完成') : t('请求没有被接受'),
      detail: server ? t('请稍后重试；多次出现请联系管理员。') : t('请刷新页面后重试。'),
    })
  }
}

/** Anything thrown, as a Problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof TypeError) return Problem.offline()
  return new Problem(-1, {
    type: '/problems/client',
    title: t('页面出错，未能完成'),
    detail: error instanceof Error ? error.message : String(error),
  })
}
