import type { Room } from '..'

const room: Room = {
  routes: [
    {
      path: '/checkup/reports',
      name: 'checkup-reports',
      component: () => import('./ReportsPage.vue'),
      meta: { title: '体检报告', permission: 'checkup.report.view', menu: 'checkup-reports' },
    },
  ],
  menu: [
    {
      key: 'checkup-reports',
      label: '报告',
      icon: 'file',
      to: '/checkup/reports',
      order: 35,
      permission: 'checkup.report.view',
    },
  ],
}
export default room
