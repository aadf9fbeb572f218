/** First load of the staff app (entry with everything it imports at once), gzipped, must stay under the limit. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const LIMIT_KB = 300
const dist = join(dirname(fileURLToPath(import.meta.url)), '../apps/staff/dist')
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))
const wanted = new Set(['index.html'])

function follow(name, seen = new Set()) {
  if (seen.has(name)) return seen
  seen.add(name)
  for (const next of manifest[name].imports ?? []) follow(next, seen)
  return seen
}

for (const entry of Object.values(manifest).filter((chunk) => chunk.isEntry)) {
  const key = Object.keys(manifest).find((name) => manifest[name] === entry)
  for (const name of follow(key)) {
    wanted.add(manifest[name].file)
    for (const css of manifest[name].css ?? []) wanted.add(css)
  }
}

let total = 0
for (const file of wanted) {
  const size = gzipSync(readFileSync(join(dist, file))).length / 1024
  total += size
  console.log(`${size.toFixed(1).padStart(8)} kB  ${file}`)
}
console.log(`${total.toFixed(1).padStart(8)} kB  first load, gzip (limit ${LIMIT_KB})`)
if (total > LIMIT_KB) process.exit(1)
