import { defineModule } from '@kangqiao/kit-staff'

export default defineModule({
  name: 'instruments',
  routes: [
    {
      path: '/instruments',
      name: 'agents',
      component: () => import('./AgentsPage.vue'),
      meta: { title: '前置机与仪器', where: '检验仪器接入', permission: 'instruments.agent.read' },
    },
    {
      path: '/instruments/tray',
      name: 'tray',
      component: () => import('./TrayPage.vue'),
      meta: { title: '未匹配结果', where: '检验仪器接入', permission: 'instruments.tray.read' },
    },
    {
      path: '/instruments/transmissions',
      name: 'transmissions',
      component: () => import('./TransmissionsPage.vue'),
      meta: { title: '仪器报文', where: '检验仪器接入', permission: 'instruments.tray.read' },
    },
  ],
  menu: [
    {
      key: 'agents',
      label: '仪器',
      icon: 'plug',
      to: '/instruments',
      order: 78,
      place: 'bottom',
      permission: 'instruments.agent.read',
    },
    {
      key: 'tray',
      label: '待匹配',
      icon: 'link',
      to: '/instruments/tray',
      order: 55,
      permission: 'instruments.tray.read',
    },
  ],
})
