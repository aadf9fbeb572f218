import { defineModule } from '@kangqiao/kit-staff'

const access = ['accounts.user.read', 'accounts.session.read', 'accounts.attempt.read', 'accounts.role.read']

export default defineModule({
  name: 'accounts',
  routes: [
    {
      path: '/accounts/users',
      name: 'users',
      component: () => import('./UsersPage.vue'),
      meta: { title: '用户', where: '用户与权限', menu: 'accounts', permission: 'accounts.user.read' },
    },
    {
      path: '/accounts/roles',
      name: 'roles',
      component: () => import('./RolesPage.vue'),
      meta: { title: '角色', where: '用户与权限', menu: 'accounts', permission: 'accounts.role.read' },
    },
    {
      path: '/accounts/sessions',
      name: 'sessions',
      component: () => import('./SessionsPage.vue'),
      meta: { title: '登录会话', where: '用户与权限', menu: 'accounts', permission: 'accounts.session.read' },
    },
    {
      path: '/accounts/log-ins',
      name: 'log-ins',
      component: () => import('./AttemptsPage.vue'),
      meta: { title: '登录记录', where: '用户与权限', menu: 'accounts', permission: 'accounts.attempt.read' },
    },
    { path: '/accounts', redirect: '/accounts/users' },
  ],
  menu: [
    {
      key: 'accounts',
      label: '用户',
      icon: 'users',
      to: '/accounts',
      order: 80,
      place: 'bottom',
      permission: access,
    },
  ],
})
