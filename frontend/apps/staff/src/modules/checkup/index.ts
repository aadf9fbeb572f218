import { defineModule, defineStates, type StaffModule } from '@kangqiao/kit-staff'

/** A room of the check-up: its routes, menu entries and finders. Each folder has one `room.ts`, found by itself. */
export type Room = Pick<StaffModule, 'routes' | 'menu' | 'finders'>

const rooms = Object.values(import.meta.glob<{ default: Room }>('./*/room.ts', { eager: true })).map(
  (file) => file.default,
)

defineStates({
  enrolled: { label: '已登记', kind: '' },
  checked_in: { label: '已签到', kind: 'on' },
  examining: { label: '检查中', kind: 'on' },
  departments_done: { label: '分检完成', kind: 'fill' },
  in_conclusion: { label: '总检中', kind: 'on' },
  concluded: { label: '总检完成', kind: 'fill' },
  reviewed: { label: '审核通过', kind: 'fill' },
  released: { label: '报告已出', kind: 'fill' },
  cancelled: { label: '已取消', kind: 'dec' },
  planned: { label: '待采', kind: '' },
  collected: { label: '已采', kind: 'fill' },
  rejected: { label: '已拒收', kind: 'warn' },
})

export default defineModule({
  name: 'checkup',
  routes: rooms.flatMap((room) => room.routes),
  menu: rooms.flatMap((room) => room.menu ?? []),
  finders: rooms.flatMap((room) => room.finders ?? []),
  messages: () => import('./en.json'),
})
