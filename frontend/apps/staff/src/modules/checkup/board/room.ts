import type { Room } from '..'

const room: Room = {
  routes: [
    {
      path: '/checkup/board',
      name: 'checkup-board',
      component: () => import('./BoardPage.vue'),
      meta: { title: '当前检中状态', permission: 'checkup.checkup.view', menu: 'board' },
    },
  ],
  menu: [
    {
      key: 'board',
      label: '看板',
      icon: 'board',
      to: '/checkup/board',
      order: 40,
      permission: 'checkup.checkup.view',
    },
  ],
}
export default room
