import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// Assets are served by the web process under /static/site/; the pages themselves live at the root of the public host.
export default defineConfig({
  base: '/static/site/',
  plugins: [vue()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2020' },
  server: { proxy: { '/api': { target: `http://localhost:${process.env.KANGQIAO_PORT ?? 8000}` } } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
})
