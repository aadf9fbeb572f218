/** One reading of a trend; the flag decides the shape of its mark. */
export interface SparkPoint {
  value: number | null
  label?: string
  flag?: 'high' | 'low' | 'critical' | ''
}

export interface SparkMark {
  x: number
  y: number
  shape: 'dot' | 'up' | 'down' | 'square'
  last: boolean
  text: string
  label: string
}

export interface SparkShape {
  band: { y: number; height: number } | null
  line: string
  marks: SparkMark[]
}

/** Shape of a mark: out of range is a triangle pointing where it left, critical a square; without flag the range decides. */
export function markShape(point: SparkPoint, low?: number | null, high?: number | null): SparkMark['shape'] {
  if (point.flag === 'critical') return 'square'
  if (point.flag === 'high') return 'up'
  if (point.flag === 'low') return 'down'
  if (point.value === null) return 'dot'
  if (high !== null && high !== undefined && point.value > high) return 'up'
  if (low !== null && low !== undefined && point.value < low) return 'down'
  return 'dot'
}

/** Places readings (oldest first) in a box; the y range takes in the readings and the near edges of the reference range. */
export function sparkShape(
  points: SparkPoint[],
  box: { width: number; height: number; padX?: number; padY?: number },
  low?: number | null,
  high?: number | null,
): SparkShape {
  const known = points.filter((point): point is SparkPoint & { value: number } => point.value !== null)
  if (known.length === 0) return { band: null, line: '', marks: [] }
  const padX = box.padX ?? 4
  const padY = box.padY ?? 4
  const edges = [low, high].filter((edge): edge is number => edge !== null && edge !== undefined)
  const values = [...known.map((point) => point.value), ...edges]
  const least = Math.min(...values)
  const most = Math.max(...values)
  const span = most - least || 1
  const x = (index: number) =>
    known.length === 1 ? box.width / 2 : padX + (index * (box.width - 2 * padX)) / (known.length - 1)
  const y = (value: number) => box.height - padY - ((value - least) / span) * (box.height - 2 * padY)
  const top = high === null || high === undefined ? 0 : y(high)
  const bottom = low === null || low === undefined ? box.height : y(low)
  const marks = known.map((point, index) => ({
    x: round(x(index)),
    y: round(y(point.value)),
    shape: markShape(point, low, high),
    last: index === known.length - 1,
    text: String(point.value),
    label: point.label ?? '',
  }))
  return {
    band: edges.length ? { y: round(top), height: round(bottom - top) } : null,
    line: marks.map((mark) => `${mark.x},${mark.y}`).join(' '),
    marks,
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** SVG path of a triangle or a square around a point. */
export function markPath(mark: SparkMark, size = 3.5): string {
  const { x, y } = mark
  if (mark.shape === 'up') return `M${x - size} ${y + 3}h${2 * size}L${x} ${y - 3.5}z`
  if (mark.shape === 'down') return `M${x - size} ${y - 3}h${2 * size}L${x} ${y + 3.5}z`
  return `M${x - size} ${y - size}h${2 * size}v${2 * size}h${-2 * size}z`
}
