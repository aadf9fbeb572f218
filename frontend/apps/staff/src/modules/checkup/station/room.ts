import { http } from '@kangqiao/api-client'

import type { Room } from '..'
import { CHECKUP, type Lookup } from '../desk/contract'
import { lastStation } from './memory'
import { STATIONS, type Worklist } from './types'

const room: Room = {
  routes: [
    {
      path: '/checkup/stations',
      name: 'checkup-stations',
      component: () => import('./StationsPage.vue'),
      meta: { title: '选择诊台', permission: 'checkup.station.view', menu: 'station' },
    },
    {
      path: '/checkup/stations/:departmentId(\\d+)',
      name: 'checkup-station',
      component: () => import('./StationPage.vue'),
      meta: { title: '单科医生诊台', permission: 'checkup.station.view', menu: 'station' },
    },
  ],
  menu: [
    {
      key: 'station',
      label: '诊台',
      icon: 'stetho',
      to: '/checkup/stations',
      order: 20,
      permission: 'checkup.station.view',
    },
  ],
  finders: [
    {
      name: 'checkups-at-station',
      label: '本诊台',
      permission: 'checkup.station.view',
      async search(text) {
        const station = lastStation()
        if (!station) return []
        const found = await http.get<Worklist>(`${STATIONS}/${station}/worklist`, {
          q: text,
          state: 'all',
          page_size: 8,
        })
        return found.items.map((row) => ({
          key: String(row.checkup_id),
          title: `${row.name} ${row.sex_label} ${row.age ?? ''}`,
          note: `${row.checkup_no} ${row.state_label}`,
          to: {
            name: 'checkup-station',
            params: { departmentId: station },
            query: { checkup: row.checkup_id },
          },
        }))
      },
      async scan(code) {
        const station = lastStation()
        if (!station) return null
        const found = await http.get<Lookup>(`${CHECKUP}/lookup`, { code })
        return {
          name: 'checkup-station',
          params: { departmentId: station },
          query: { checkup: found.checkup_id },
        }
      },
    },
  ],
}
export default room
