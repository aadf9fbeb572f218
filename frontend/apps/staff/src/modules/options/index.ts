import { defineModule } from '@kangqiao/kit-staff'

const permission = 'options.option.read'

export default defineModule({
  name: 'options',
  routes: [
    {
      path: '/options',
      name: 'options',
      component: () => import('./OptionsPage.vue'),
      meta: { title: '选项', where: '按医院、科室、工作站设置', permission },
    },
  ],
  menu: [
    { key: 'options', label: '选项', icon: 'gear', to: '/options', order: 90, place: 'bottom', permission },
  ],
})
