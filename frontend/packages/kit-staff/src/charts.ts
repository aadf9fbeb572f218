/** The few chart kinds that we use, coloured by the tokens. Import lazily: `const { drawChart } = await import('@kangqiao/kit-staff/charts')`. */
import { BarChart, LineChart, PieChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsType } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([
  BarChart,
  LineChart,
  PieChart,
  GridComponent,
  TooltipComponent,
  LegendComponent,
  AriaComponent,
  SVGRenderer,
])

export interface ChartData {
  kind: 'bar' | 'line' | 'pie'
  labels: string[]
  series: { name: string; values: number[] }[]
  /** Words of a figure, for labels and the tooltip. */
  format: (value: number) => string
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

const MARKS = ['circle', 'rect', 'triangle', 'diamond', 'roundRect']

/** Draws into an element, or redraws; a horizontal bar when there are long words or many of them. */
export function drawChart(home: HTMLElement, data: ChartData, drawn?: EChartsType | null): EChartsType {
  const chart = drawn ?? init(home, null, { renderer: 'svg' })
  const ink = token('--kq-ink')
  const text = { color: token('--kq-ink-3'), fontFamily: token('--kq-font'), fontSize: 12 }
  const colors = [1, 2, 3, 4, 5].map((n) => token(`--kq-c${n}`))
  chart.setOption(
    {
      color: colors,
      textStyle: text,
      aria: { enabled: true },
      animation: false,
      tooltip: {
        trigger: data.kind === 'pie' ? 'item' : 'axis',
        confine: true,
        backgroundColor: token('--kq-surface'),
        borderColor: token('--kq-line-strong'),
        textStyle: { ...text, color: ink },
        valueFormatter: (value: unknown) => data.format(Number(value)),
      },
      legend:
        data.series.length > 1 || data.kind === 'pie'
          ? { top: 0, right: 0, textStyle: text, itemWidth: 12, itemHeight: 8 }
          : undefined,
      ...(data.kind === 'pie' ? pie(data, ink) : axes(data, text, ink)),
    },
    true,
  )
  return chart
}

function pie(data: ChartData, ink: string) {
  const values = data.series[0]?.values ?? []
  return {
    series: [
      {
        type: 'pie',
        radius: ['40%', '72%'],
        label: {
          color: ink,
          formatter: (item: { name: string; value: number }) => `${item.name} ${data.format(item.value)}`,
        },
        data: data.labels.map((name, index) => ({ name, value: values[index] ?? 0 })),
      },
    ],
  }
}

function axes(data: ChartData, text: object, ink: string) {
  const sideways =
    data.kind === 'bar' && (data.labels.length > 8 || data.labels.some((label) => label.length > 5))
  const names = {
    type: 'category',
    data: data.labels,
    inverse: sideways,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: token('--kq-line-strong') } },
    axisLabel: { ...text, color: ink },
  }
  const figures = {
    type: 'value',
    splitLine: { lineStyle: { color: token('--kq-grid') } },
    axisLabel: { ...text, formatter: data.format },
  }
  return {
    grid: { left: 8, right: 24, top: data.series.length > 1 ? 28 : 8, bottom: 4, containLabel: true },
    xAxis: sideways ? figures : names,
    yAxis: sideways ? names : figures,
    series: data.series.map((one, index) => ({
      type: data.kind,
      name: one.name,
      data: one.values,
      barMaxWidth: 20,
      symbol: MARKS[index % MARKS.length],
      symbolSize: 8,
      itemStyle: data.kind === 'bar' && data.series.length === 1 ? { color: token('--kq-h2') } : undefined,
      label:
        data.kind === 'bar' && data.series.length === 1
          ? {
              show: true,
              position: sideways ? 'insideLeft' : 'top',
              color: ink,
              formatter: (item: { value: number }) => data.format(item.value),
            }
          : undefined,
    })),
  }
}
