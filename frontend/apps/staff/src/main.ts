import '@kangqiao/kit-staff/styles/index.css'

import { restoreLocale } from '@kangqiao/i18n'
import { registerModules, restoreTheme, type StaffModule } from '@kangqiao/kit-staff'
import { createPinia } from 'pinia'
import { createApp } from 'vue'

import App from './App.vue'
import { makeRouter } from './router'

const found = import.meta.glob<{ default: StaffModule }>('./modules/*/index.ts', { eager: true })
const modules = Object.values(found).map((file) => file.default)

restoreTheme()
await restoreLocale()
registerModules(modules)

createApp(App).use(createPinia()).use(makeRouter(modules)).mount('#app')
