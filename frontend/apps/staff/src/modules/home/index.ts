import { defineModule } from '@kangqiao/kit-staff'

export default defineModule({
  name: 'home',
  routes: [
    {
      path: '/',
      name: 'home',
      component: () => import('./HomePage.vue'),
      meta: { title: '首页', menu: 'home' },
    },
  ],
  menu: [{ key: 'home', label: '首页', icon: 'home', to: '/', order: 0 }],
})
