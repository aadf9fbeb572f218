import { http } from '@kangqiao/api-client'

import type { Room } from '..'
import type { Lookup } from '../desk/contract'

const room: Room = {
  routes: [
    {
      path: '/checkup/conclusions',
      name: 'checkup-conclusions',
      component: () => import('./ConclusionListPage.vue'),
      meta: { title: '总检医生诊台', permission: 'checkup.conclusion.view', menu: 'conclusion' },
    },
    {
      path: '/checkup/conclusions/:checkupId(\\d+)',
      name: 'checkup-conclusion',
      component: () => import('./ConclusionPage.vue'),
      meta: { title: '总检医生诊台', permission: 'checkup.conclusion.view', menu: 'conclusion' },
    },
  ],
  menu: [
    {
      key: 'conclusion',
      label: '总检',
      icon: 'sum',
      to: '/checkup/conclusions',
      order: 30,
      permission: 'checkup.conclusion.view',
    },
  ],
  finders: [
    {
      name: 'conclusions',
      label: '总检',
      permission: 'checkup.conclusion.write',
      async scan(code) {
        const found = await http.get<Lookup>('/api/v1/checkup/lookup', { code })
        return { name: 'checkup-conclusion', params: { checkupId: found.checkup_id } }
      },
    },
  ],
}
export default room
