import type { IconName } from '../components/icons'

/** The seven systems of the product; `open` says that a hospital signing up today can work with it. */
export interface SystemCard {
  numeral: string
  name: string
  icon: IconName
  text: string
  open: boolean
}

export const SYSTEMS: readonly SystemCard[] = [
  {
    numeral: '一',
    name: '健康体检',
    icon: 'pulse',
    open: true,
    text: '登记、导检、抽血、各科诊台、总检、审核、报告，字典和选项自己维护。',
  },
  {
    numeral: '二',
    name: '云客户关系',
    icon: 'people',
    open: false,
    text: '客户档案、分类跟踪、回访、投诉、会员和营销活动。',
  },
  {
    numeral: '三',
    name: '微信服务',
    icon: 'chat',
    open: false,
    text: '患者约号、付费、看报告，多家医院共用一个公众号。',
  },
  {
    numeral: '四',
    name: '客户档案全流程',
    icon: 'folder',
    open: false,
    text: '一个人的就诊、检查、沟通按时间排成一条线。',
  },
  {
    numeral: '五',
    name: '预约排班',
    icon: 'calendar',
    open: false,
    text: '医生、治疗师和设备同一条时间轴，停诊先看影响几个人。',
  },
  {
    numeral: '六',
    name: '康复评估',
    icon: 'chart',
    open: false,
    text: '量表逐项计分，没答的不算零分，进步看得见。',
  },
  {
    numeral: '七',
    name: '治疗师工作站',
    icon: 'hand',
    open: false,
    text: '今天治谁、第几次、做了什么，床旁就能签。',
  },
]
