import { useSession, type StaffModule } from '@kangqiao/kit-staff'
import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router'

const OWN: RouteRecordRaw[] = [
  {
    path: '/log-in',
    name: 'log-in',
    component: () => import('./pages/LogInPage.vue'),
    meta: { title: '登录', open: true },
  },
  {
    path: '/enter',
    name: 'enter',
    component: () => import('./pages/EnterPage.vue'),
    meta: { title: '登录', open: true },
  },
  {
    path: '/refused',
    name: 'refused',
    component: () => import('./pages/RefusedPage.vue'),
    meta: { title: '没有权限' },
  },
  { path: '/me', name: 'me', component: () => import('./pages/MePage.vue'), meta: { title: '密码与验证器' } },
  {
    path: '/:rest(.*)*',
    name: 'missing',
    component: () => import('./pages/MissingPage.vue'),
    meta: { title: '没有这一页' },
  },
]

/** Pages need a log-in unless they are open, an account that is set up, and their permission. */
export function makeRouter(modules: StaffModule[]): Router {
  const router = createRouter({
    history: createWebHistory('/'),
    routes: [...modules.flatMap((module) => module.routes), ...OWN],
  })
  router.beforeEach(async (to) => {
    if (to.meta.open) return true
    const session = useSession()
    const logIn = { name: 'log-in', query: { next: to.fullPath === '/' ? undefined : to.fullPath } }
    if ((!session.loaded || !session.user) && !(await session.load())) return logIn
    // Arrived by a one-time link or a reload: the log-in page goes on with what the account still lacks.
    if (session.setup) return logIn
    if (to.meta.permission && !session.can(to.meta.permission))
      return { name: 'refused', query: { page: to.meta.title } }
    return true
  })
  router.onError((error, to) => {
    if (/dynamically imported module|Importing a module script/.test(String(error)))
      window.location.assign(to.fullPath)
  })
  return router
}
