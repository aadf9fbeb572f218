import type { Room } from '..'

const room: Room = {
  routes: [
    {
      path: '/checkup/reviews',
      name: 'checkup-reviews',
      component: () => import('./ReviewListPage.vue'),
      meta: { title: '审核医生诊台', permission: 'checkup.review.view', menu: 'review' },
    },
    {
      path: '/checkup/reviews/:checkupId(\\d+)',
      name: 'checkup-review',
      component: () => import('./ReviewPage.vue'),
      meta: { title: '审核医生诊台', permission: 'checkup.review.view', menu: 'review' },
    },
  ],
  menu: [
    {
      key: 'review',
      label: '审核',
      icon: 'shield',
      to: '/checkup/reviews',
      order: 32,
      permission: 'checkup.review.view',
    },
  ],
}
export default room
