import vue from '@vitejs/plugin-vue'
import ElementPlus from 'unplugin-element-plus/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import Components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vite'

/** Where `infra/up` serves the hospital in development; only the dev server uses it. */
const backend = process.env.KANGQIAO_BACKEND ?? 'http://127.0.0.1:8000'
const hospital = process.env.KANGQIAO_HOSPITAL_HOST ?? ''

export default defineConfig(({ command }) => ({
  base: command === 'build' ? '/static/staff/' : '/',
  plugins: [
    vue(),
    Components({
      dirs: [],
      resolvers: [ElementPlusResolver({ importStyle: 'css' })],
      dts: false,
    }),
    ElementPlus({}),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    chunkSizeWarningLimit: 1100,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'vue', test: /node_modules\/(@vue|vue|vue-router|pinia)\// },
            { name: 'echarts', test: /node_modules\/(echarts|zrender)\// },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: Object.fromEntries(
      ['/api', '/ws'].map((path) => [
        path,
        { target: backend, ws: path === '/ws', ...(hospital ? { headers: { host: hospital } } : {}) },
      ]),
    ),
  },
}))
