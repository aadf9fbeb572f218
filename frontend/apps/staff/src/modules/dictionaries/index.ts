import { defineModule } from '@kangqiao/kit-staff'

export default defineModule({
  name: 'dictionaries',
  routes: [
    {
      path: '/dictionaries',
      name: 'dictionaries',
      component: () => import('./DictionariesPage.vue'),
      meta: { title: '字典', where: '基础资料', menu: 'dictionaries' },
    },
    {
      path: '/dictionaries/:name',
      name: 'dictionary',
      component: () => import('./ResourcePage.vue'),
      meta: { title: '字典', menu: 'dictionaries' },
    },
  ],
  menu: [
    {
      key: 'dictionaries',
      label: '字典',
      icon: 'book',
      to: '/dictionaries',
      order: 70,
      needs: 'resources',
    },
  ],
})
