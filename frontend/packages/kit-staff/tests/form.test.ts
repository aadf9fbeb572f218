import type { FieldDescriptor } from '@kangqiao/api-client'
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { nextTick, ref } from 'vue'

import DescriptorForm from '../src/descriptors/DescriptorForm.vue'
import {
  blankForm,
  cellText,
  changes,
  formErrors,
  formOf,
  packSpans,
  payload,
  sectionsOf,
  type FormValues,
} from '../src/descriptors/form'

const FIELDS: FieldDescriptor[] = [
  { name: 'code', label: '代码', kind: 'text', required: true, max_length: 20, section: '基本' },
  { name: 'name', label: '名称', kind: 'text', required: true, max_length: 20, section: '基本' },
  { name: 'pinyin', label: '拼音', kind: 'text', read_only: true, section: '基本', max_length: 20 },
  { name: 'department', label: '科室', kind: 'fk', resource: 'checkup-departments', section: '基本' },
  { name: 'decimals', label: '小数位', kind: 'int', section: '基本', default: 2 },
  { name: 'is_private', label: '隐私项目', kind: 'bool', section: '基本' },
  {
    name: 'ranges',
    label: '参考范围',
    kind: 'rows',
    rows: [
      { name: 'low', label: '下限', kind: 'decimal', required: true },
      { name: 'sex', label: '性别', kind: 'choice', choices: [{ value: 'male', label: '男' }] },
    ],
  },
]
const ROW: FormValues = {
  id: 7,
  code: '4211',
  name: '肌酐',
  pinyin: 'JG',
  department: { id: 3, code: '03', name: '检验' },
  decimals: 0,
  is_private: false,
  ranges: [{ id: 1, low: '57', sex: 'male' }],
}

describe('a form from descriptors', () => {
  it('begins with the defaults of the declaration', () => {
    expect(blankForm(FIELDS)).toMatchObject({
      code: '',
      department: null,
      decimals: '2',
      is_private: false,
      ranges: [],
    })
  })

  it('turns references into ids and numbers into what is typed', () => {
    expect(formOf(FIELDS, ROW)).toMatchObject({
      department: 3,
      decimals: '0',
      ranges: [{ low: '57', sex: 'male' }],
    })
  })

  it('sends only what was changed, and an emptied number as nothing', () => {
    const before = formOf(FIELDS, ROW)
    const after = { ...before, name: ' 血肌酐 ', decimals: '' }
    expect(changes(FIELDS, before, after)).toEqual({ name: '血肌酐', decimals: null })
    expect(changes(FIELDS, before, { ...before })).toEqual({})
  })

  it('sends inline rows whole when one of them changed, without their old ids', () => {
    const before = formOf(FIELDS, ROW)
    expect(changes(FIELDS, before, { ...before, ranges: [{ low: '58', sex: 'male' }] })).toEqual({
      ranges: [{ low: '58', sex: 'male' }],
    })
  })

  it('leaves read-only and empty optional fields out of a new row', () => {
    const form = { ...blankForm(FIELDS), code: 'A1', name: '甲' }
    expect(payload(FIELDS, form)).toEqual({
      code: 'A1',
      name: '甲',
      decimals: 2,
      is_private: false,
      ranges: [],
    })
  })

  it('points at required and wrong fields, also in inline rows', () => {
    const form = { ...blankForm(FIELDS), code: 'A', decimals: '一位', ranges: [{ low: '', sex: null }] }
    expect(formErrors(FIELDS, form).map((error) => error.pointer)).toEqual([
      '/name',
      '/decimals',
      '/ranges/0/low',
    ])
  })

  it('fills rows of the form to the right edge', () => {
    expect(packSpans(FIELDS.slice(0, 3))).toEqual([2, 2, 2])
    expect(packSpans([FIELDS[0]!, FIELDS[3]!])).toEqual([3, 3])
  })

  it('keeps switches of a section together and gives inline tables their own', () => {
    const [basics, ranges] = sectionsOf(FIELDS)
    expect(basics!.switches.map((field) => field.name)).toEqual(['is_private'])
    expect(ranges!.title).toBe('参考范围')
  })

  it('shows values of a list as words', () => {
    expect(cellText(FIELDS[3]!, ROW.department)).toBe('检验')
    expect(cellText(FIELDS[5]!, true)).toBe('是')
    expect(cellText(FIELDS[6]!, ROW.ranges)).toBe('1 条')
  })

  it('shows a server error under the field that its pointer names', async () => {
    const form = ref(formOf(FIELDS.slice(0, 2), ROW))
    const drawn = mount(DescriptorForm, {
      props: {
        fields: FIELDS.slice(0, 2),
        modelValue: form.value,
        errors: [{ pointer: '/name', code: 'x', detail: '已有同名项目' }],
      },
    })
    expect(drawn.find('[data-field=name] .err-t').text()).toBe('已有同名项目')
    await drawn.find('[data-field=name] input').setValue('尿素')
    await nextTick()
    expect(drawn.emitted('update:modelValue')![0]).toEqual([{ code: '4211', name: '尿素' }])
  })
})
