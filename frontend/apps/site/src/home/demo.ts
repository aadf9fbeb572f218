/** The demo hospital is a real tenant of the same installation, one label below the public host. */
export const DEMO_SUBDOMAIN = 'demo'

export const hospitalUrl = (subdomain: string, at: Pick<Location, 'protocol' | 'host'> = location): string =>
  `${at.protocol}//${subdomain}.${at.host}/`

export const demoUrl = (at?: Pick<Location, 'protocol' | 'host'>): string => hospitalUrl(DEMO_SUBDOMAIN, at)
