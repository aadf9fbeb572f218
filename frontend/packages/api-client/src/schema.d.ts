/** Stands in until the server's OpenAPI document is exported: every path is accepted, nothing is known about it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type paths = Record<string, any>
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type components = any
