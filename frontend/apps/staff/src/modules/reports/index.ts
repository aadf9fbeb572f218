import { defineModule } from '@kangqiao/kit-staff'

export default defineModule({
  name: 'reports',
  routes: [
    {
      path: '/reports',
      name: 'reports',
      component: () => import('./ReportsPage.vue'),
      meta: { title: '统计', where: '查询与统计', menu: 'reports' },
    },
    {
      path: '/reports/:name',
      name: 'report',
      component: () => import('./ReportPage.vue'),
      meta: { title: '统计', menu: 'reports' },
    },
  ],
  menu: [{ key: 'reports', label: '统计', icon: 'chart', to: '/reports', order: 60, needs: 'reports' }],
})
