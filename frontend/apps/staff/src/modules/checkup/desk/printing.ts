import { t } from '@kangqiao/i18n'
import { toast } from '@kangqiao/kit-staff'

import { CHECKUP } from './contract'

export const guideSheetUrl = (checkupId: number): string => `${CHECKUP}/checkups/${checkupId}/guide-sheet`
export const labelsUrl = (checkupId: number): string => `${CHECKUP}/checkups/${checkupId}/labels`

/** Opens a PDF in its own tab, where the browser prints it; a blocked tab is said, since paper would be missed. */
export function openPdf(url: string): boolean {
  const tab = window.open(url, '_blank')
  if (!tab) toast.warn(t('浏览器拦下了打印窗口，请在地址栏右侧允许弹出窗口，再点“导检单”或“条码”'))
  return tab !== null
}
