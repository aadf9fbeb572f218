import { describe, expect, it } from 'vitest'

import {
  arrange,
  averageWait,
  bottlenecks,
  doneOf,
  longestWait,
  redirects,
  type Board,
  type BoardCell,
  type BoardRow,
} from './board'

const cell = (department_id: number, state: string, minutes: number | null = null): BoardCell => ({
  department_id,
  state,
  minutes,
})
const person = (name: string, cells: BoardCell[], extra: Partial<BoardRow> = {}): BoardRow => ({
  checkup_id: 1,
  checkup_no: '1',
  queue_no: 1,
  name,
  sex_label: '男',
  age: 40,
  status: 'examining',
  status_label: '检查中',
  minutes_in_hospital: 30,
  package: '',
  max_level: null,
  cells,
  ...extra,
})
const department = (id: number, waiting: number, longest: number | null, examining = 0) => ({
  id,
  name: `d${id}`,
  waiting,
  examining,
  done: 0,
  longest_minutes: longest,
})

describe('the in-progress board', () => {
  it('counts a declined department as finished and an examination as no wait', () => {
    const row = person('甲', [
      cell(1, 'done'),
      cell(2, 'declined'),
      cell(3, 'examining', 50),
      cell(4, 'waiting', 12),
    ])
    expect(doneOf(row)).toBe(2)
    expect(longestWait(row)).toBe(12)
  })

  it('puts A-class findings first, then the longest wait', () => {
    const rows = [
      person('短', [cell(1, 'waiting', 5)]),
      person('长', [cell(1, 'waiting', 40)]),
      person('A', [cell(1, 'done')], { max_level: 'A' }),
    ]
    expect(arrange(rows, 'all').map((row) => row.name)).toEqual(['A', '长', '短'])
    expect(arrange(rows, 'long').map((row) => row.name)).toEqual(['长'])
  })

  it('finds the people with one department left', () => {
    const rows = [
      person('差一', [cell(1, 'done'), cell(2, 'waiting', 1)]),
      person('差二', [cell(1, 'pending'), cell(2, 'pending')]),
    ]
    expect(arrange(rows, 'last').map((row) => row.name)).toEqual(['差一'])
  })

  it('names a department as bottleneck by its longest wait, never an empty one', () => {
    expect(
      bottlenecks([department(1, 9, 26), department(2, 7, 41), department(3, 0, 90)]).map((one) => one.id),
    ).toEqual([2, 1])
  })

  it('sends people from a queue to the shortest other queue that they still need', () => {
    const board: Board = {
      departments: [department(1, 6, 41), department(2, 1, 3), department(3, 5, 20), department(4, 0, null)],
      count: 2,
      items: [
        person('去', [cell(1, 'waiting', 41), cell(2, 'pending'), cell(3, 'pending'), cell(4, 'done')]),
        person('已做', [cell(1, 'waiting', 30), cell(2, 'done'), cell(3, 'pending')]),
      ],
    }
    const found = redirects(board, board.departments[0]!)
    expect(found?.department.id).toBe(2)
    expect(found?.people.map((row) => row.name)).toEqual(['去'])
    expect(averageWait(board)).toBe(36)
  })
})
