import { http } from '@kangqiao/api-client'

import type { Room } from '..'
import { CHECKUP, type CheckupRow, type Lookup, type Page } from './contract'

const room: Room = {
  routes: [
    {
      path: '/checkup/desk',
      name: 'checkup-desk',
      component: () => import('./DeskPage.vue'),
      meta: { title: '个人体检登记', permission: 'checkup.checkup.enroll', menu: 'desk' },
    },
  ],
  menu: [
    {
      key: 'desk',
      label: '登记',
      icon: 'desk',
      to: '/checkup/desk',
      order: 10,
      permission: 'checkup.checkup.enroll',
    },
  ],
  finders: [
    {
      name: 'checkups-at-desk',
      label: '体检',
      permission: 'checkup.checkup.enroll',
      async search(text) {
        const page = await http.get<Page<CheckupRow>>(`${CHECKUP}/checkups`, { q: text, page_size: 8 })
        return page.items.map((row) => ({
          key: String(row.id),
          title: row.name,
          note: `${row.checkup_no} ${row.status_label}`,
          to: { name: 'checkup-desk', query: { checkup: row.id } },
        }))
      },
      async scan(code) {
        const found = await http.get<Lookup>(`${CHECKUP}/lookup`, { code })
        return { name: 'checkup-desk', query: { checkup: found.checkup_id } }
      },
    },
  ],
}
export default room
