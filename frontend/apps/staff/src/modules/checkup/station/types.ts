import type { components } from '@kangqiao/api-client'

type Schemas = components['schemas']
export type StationPage = Schemas['StationPage']
export type StationItem = Schemas['StationItem']
export type StationPanel = Schemas['StationPanel']
export type ItemResult = Schemas['ResultOut']
export type FindingChoice = Schemas['FindingChoice']
export type PreviewItem = Schemas['PreviewItem']
export type ItemEntry = Schemas['ItemEntry']
export type WorklistRow = Schemas['WorklistRow']
export type Worklist = Schemas['WorklistOut']
export type Station = Schemas['Station']

export const STATIONS = '/api/v1/checkup/stations'
export const stationPath = (departmentId: number, checkupId: number): string =>
  `${STATIONS}/${departmentId}/checkups/${checkupId}`
