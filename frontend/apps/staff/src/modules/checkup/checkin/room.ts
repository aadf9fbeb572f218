import type { Room } from '..'

const room: Room = {
  routes: [
    {
      path: '/checkup/check-in',
      name: 'checkup-check-in',
      component: () => import('./CheckInPage.vue'),
      meta: { title: '体检人员签到', permission: 'checkup.checkup.check_in', menu: 'check-in' },
    },
  ],
  menu: [
    {
      key: 'check-in',
      label: '签到',
      icon: 'check',
      to: '/checkup/check-in',
      order: 12,
      permission: 'checkup.checkup.check_in',
    },
  ],
}
export default room
