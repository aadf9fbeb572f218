import type { Room } from '..'

const room: Room = {
  routes: [
    {
      path: '/checkup/blood-draw',
      name: 'checkup-blood-draw',
      component: () => import('./DrawPage.vue'),
      meta: { title: '检验抽血登记', permission: 'checkup.specimen.draw', menu: 'draw' },
    },
  ],
  menu: [
    {
      key: 'draw',
      label: '采血',
      icon: 'pulse',
      to: '/checkup/blood-draw',
      order: 14,
      permission: 'checkup.specimen.draw',
    },
  ],
}
export default room
