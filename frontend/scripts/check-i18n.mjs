/** Every Chinese string of the staff app has its English; no English is left over. `--list` prints what is missing as JSON. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { scan } from './i18n-scan.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
const SHARED = 'packages/i18n/en.json'
const shared = read(join(root, SHARED))
const usedShared = new Set()
const problems = []
const missing = {}

function files(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((path) => `${folder}/${path}`)
    .filter((path) => /\.(ts|vue)$/.test(path) && !/\.test\.ts$|schema\.d\.ts$/.test(path))
}

const FOLDERS = ['packages/api-client/src', 'packages/i18n/src', 'packages/kit-staff/src', 'apps/staff/src']

function moduleOf(path) {
  return /apps\/staff\/src\/modules\/([^/]+)\//.exec(path)?.[1]
}

const own = new Map()
for (const path of FOLDERS.flatMap(files)) {
  const module = moduleOf(path)
  const table = module ? `apps/staff/src/modules/${module}/en.json` : ''
  if (table && !own.has(table))
    own.set(table, { words: existsSync(join(root, table)) ? read(join(root, table)) : {}, used: new Set() })
  const { strings, mistakes } = scan(path, readFileSync(join(root, path), 'utf8'))
  problems.push(...mistakes.map((text) => `${path}: ${text}`))
  for (const text of strings) {
    const mine = own.get(table)
    if (mine && text in mine.words) mine.used.add(text)
    else if (text in shared) usedShared.add(text)
    else (missing[path] ??= new Set()).add(text)
  }
}

for (const [path, texts] of Object.entries(missing))
  for (const text of texts) problems.push(`${path}: no English for "${text}"`)
for (const text of Object.keys(shared))
  if (!usedShared.has(text)) problems.push(`${SHARED}: not used any more: "${text}"`)
for (const [table, { words, used }] of own) {
  for (const text of Object.keys(words))
    if (!used.has(text)) problems.push(`${table}: not used any more: "${text}"`)
}
for (const [table, words] of [[SHARED, shared], ...[...own].map(([path, { words }]) => [path, words])]) {
  for (const [chinese, english] of Object.entries(words)) {
    const names = (text) =>
      [...text.matchAll(/\{(\w+)\}/g)]
        .map((match) => match[1])
        .sort()
        .join()
    if (names(chinese) !== names(english)) problems.push(`${table}: parameters differ: "${chinese}"`)
  }
}

if (process.argv.includes('--list')) {
  console.log(JSON.stringify([...new Set(Object.values(missing).flatMap((texts) => [...texts]))], null, 1))
} else if (problems.length) {
  console.error(problems.join('\n'))
  console.error(`\n${problems.length} problems. Add English to ${SHARED} or to the module's en.json.`)
  process.exit(1)
} else {
  console.log(
    `i18n: ${usedShared.size + [...own.values()].reduce((sum, one) => sum + one.used.size, 0)} strings translated`,
  )
}
