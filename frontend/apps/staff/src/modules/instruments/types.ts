/** As the agent last said it. */
export interface DeviceHealth {
  id: string
  state: string
  since?: string
  detail?: string
  last_message_at?: string | null
  messages?: number
  repeats?: number
}

export interface Agent {
  id: number
  agent_id: string
  name: string
  status: 'pending' | 'active' | 'revoked'
  is_online: boolean
  fingerprint_tail: string
  machine: Record<string, unknown>
  agent_version: string
  config_version: number
  running_config_version: number
  config_fault: string
  snapshot: { devices?: DeviceHealth[]; outbox_depth?: number; dead_letters?: number; spool_full?: boolean }
  last_seen_at: string | null
  confirmed_by: string
  instrument_count: number
}

export interface EnrolmentCode {
  code: string
  agent_name: string
  expires_at: string
  command: string
}

export interface TrayRow {
  id: number
  transmission_id: number
  device: string
  barcode: string
  channel_code: string
  value: string
  measurement_unit: string
  instrument_flag: string
  measured_at: string | null
  match_status: string
  reason: string
  received_at: string
}

export interface Transmission {
  id: number
  device: string
  protocol: string
  received_at: string
  stored_at: string
  repeats: number
  terminated: boolean
  kind: string
  fault: string
  text?: string
}
