import { defineModule } from '@kangqiao/kit-staff'

const permission = 'audit.entry.read'

export default defineModule({
  name: 'audit',
  routes: [
    {
      path: '/audit',
      name: 'audit',
      component: () => import('./AuditPage.vue'),
      meta: { title: '审计', where: '只增不改，逐条相扣', permission },
    },
  ],
  menu: [
    { key: 'audit', label: '审计', icon: 'shield', to: '/audit', order: 84, place: 'bottom', permission },
  ],
})
