/** Line drawings on a 24 grid, drawn for this site. */
export const ICONS = {
  lock: '<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2.5"/>',
  shield:
    '<path d="M12 3l7.5 2.8v5.4c0 4.8-3.1 8.2-7.5 9.8-4.4-1.6-7.5-5-7.5-9.8V5.8z"/><path d="M8.7 12l2.4 2.4 4.3-4.6"/>',
  agent:
    '<rect x="3.5" y="7" width="17" height="10" rx="2"/><path d="M7 12h.1M10 12h.1M14 12h4M7 17v2.5M17 17v2.5"/>',
  keyboard:
    '<rect x="3" y="6.5" width="18" height="11" rx="2"/><path d="M6.5 10h.1M10 10h.1M13.5 10h.1M17 10h.1M8 14h8"/>',
  tube: '<path d="M9 3.5h6M10 3.5v14a2 2 0 0 0 4 0v-14M10 11h4"/>',
  barcode: '<path d="M4 5.5v13M7.5 5.5v13M10 5.5v13M13.5 5.5v13M16 5.5v13M20 5.5v13"/>',
  phone:
    '<path d="M5 4h3.5l1.7 4.3-2.2 1.5a12 12 0 0 0 6.2 6.2l1.5-2.2L20 15.5V19a1.5 1.5 0 0 1-1.6 1.5C10.7 20 4 13.3 3.5 5.6A1.5 1.5 0 0 1 5 4z"/>',
  people:
    '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5c.5-3.8 3-5.7 6.5-5.7s6 1.9 6.5 5.7M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 14.4c2 .8 3.2 2.5 3.5 5.1"/>',
  swap: '<path d="M4 8.5h14l-3.5-3.5M20 15.5H6l3.5 3.5"/>',
  check: '<path d="M5 12.5l4.5 4.5L19.5 7"/>',
  checkRound: '<circle cx="12" cy="12" r="8.5"/><path d="M8.2 12.3l2.7 2.7 5-5.4"/>',
  clock: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.2l3.4 2"/>',
  deny: '<circle cx="12" cy="12" r="8.5"/><path d="M6 6l12 12"/>',
  warn: '<path d="M12 4l9 16H3z"/><path d="M12 10v4.5M12 17.3v.2"/>',
  info: '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 7.8v.2"/>',
  list: '<path d="M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5h.1M4.5 12h.1M4.5 17.5h.1"/>',
  file: '<path d="M6 3.5h8l4 4v13H6z"/><path d="M14 3.5v4h4M9 12h6M9 16h6"/>',
  printer: '<path d="M7 8.5v-5h10v5M7 17H4.5V8.5h15V17H17"/><rect x="7" y="14" width="10" height="6.5"/>',
  chart: '<path d="M4 4v16h16M8 15l3.5-4 3 2.5L20 7"/>',
  home: '<path d="M4 11l8-7 8 7v8.5a.5.5 0 0 1-.5.5H15v-6H9v6H4.5a.5.5 0 0 1-.5-.5z"/>',
  calendar: '<rect x="4" y="5.5" width="16" height="14.5" rx="2"/><path d="M4 10h16M8.5 3v4M15.5 3v4"/>',
  pulse: '<path d="M3 12.5h4l2.2-6 4 11.5 2.6-8 1.2 2.5h4"/>',
  chat: '<path d="M4 5.5h16v11H11l-4.5 3.5v-3.5H4z"/><path d="M8.5 9.5h7M8.5 12.5h4.5"/>',
  folder: '<path d="M3.5 6h6l2 2.5h9V19h-17z"/><path d="M7.5 13h9"/>',
  steps: '<path d="M3.5 19.5h5v-4h5v-4h5v-4h2"/>',
  hand: '<path d="M12 20.5C7 17 3.5 13.8 3.5 9.8A4.3 4.3 0 0 1 12 8a4.3 4.3 0 0 1 8.5 1.8c0 4-3.5 7.2-8.5 10.7z"/><path d="M8 12.5h2l1.3-2.5 1.7 4 1.2-1.5H16"/>',
  key: '<circle cx="8" cy="15.5" r="4"/><path d="M11 12.5l8-8M16 7.5l2.5 2.5"/>',
} as const

export type IconName = keyof typeof ICONS
