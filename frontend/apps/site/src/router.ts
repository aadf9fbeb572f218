import { createRouter, createWebHistory } from 'vue-router'
import HomePage from './pages/HomePage.vue'

export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/', name: 'home', component: HomePage },
    {
      path: '/sign-up',
      name: 'sign-up',
      component: () => import('./pages/SignUpPage.vue'),
      meta: { title: '开通医院' },
    },
    {
      path: '/sign-up/:publicId',
      name: 'provisioning',
      component: () => import('./pages/ProvisioningPage.vue'),
      props: true,
      meta: { title: '正在开通' },
    },
    {
      path: '/log-in',
      name: 'log-in',
      component: () => import('./pages/LogInPage.vue'),
      meta: { title: '登录我的医院' },
    },
    {
      path: '/agreements/:document',
      name: 'agreement',
      component: () => import('./pages/AgreementPage.vue'),
      props: true,
      meta: { title: '协议' },
    },
    {
      path: '/:rest(.*)*',
      name: 'missing',
      component: () => import('./pages/MissingPage.vue'),
      meta: { title: '没有这一页' },
    },
  ],
  scrollBehavior(to, _from, saved) {
    if (saved) return saved
    if (to.hash) return { el: to.hash, behavior: 'smooth' }
    return { top: 0 }
  },
})

router.afterEach((to) => {
  const title = to.meta.title as string | undefined
  document.title = title ? `${title} · 康桥` : '康桥 · 医院集团的健康服务云'
})
