import { afterEach, describe, expect, it } from 'vitest'

import { scan } from '../../../scripts/i18n-scan.mjs'
import { addMessages, setLocale, t } from '../src'

afterEach(() => setLocale('zh'))

describe('translation', () => {
  it('puts parameters into the Chinese source', () => {
    expect(t('共 {n} 行', { n: 12 })).toBe('共 12 行')
  })

  it('speaks English with a module’s own words and stays Chinese for unknown ones', async () => {
    addMessages(async () => ({ default: { 再呼叫: 'Call again' } }))
    await setLocale('en')
    expect([t('再呼叫'), t('保存'), t('没有译文')]).toEqual(['Call again', 'Save', '没有译文'])
  })
})

describe('the drift check', () => {
  it('finds strings in scripts and bindings, and bare Chinese in templates', () => {
    const source = `<script setup lang="ts">const a = t('保存') // 注释\n</script>\n<template><p :title="t('关闭')">裸字 {{ t('完成') }}</p></template>`
    const { strings, mistakes } = scan('a.vue', source)
    expect(strings).toEqual(['保存', '关闭', '完成'])
    expect(mistakes).toHaveLength(1)
  })

  it('refuses Chinese glued to values, but reads strings inside the holes', () => {
    expect(scan('a.ts', 'const a = `共 ${n} 行`').mistakes).toHaveLength(1)
    expect(scan('a.ts', "const a = `${t('用户')} · ${name}`")).toEqual({ strings: ['用户'], mistakes: [] })
  })
})
