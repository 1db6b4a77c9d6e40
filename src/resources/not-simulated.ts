/**
 * What an OVOC is known to have, by name only: no public source shows its shape. The paths are assumed by analogy,
 * but for `topology/statistics/devices`, which one program asks for.
 */
export const knownByName: ReadonlyMap<string, string> = new Map([
  ['/topology/tenants', 'tenants'],
  ['/topology/regions', 'regions'],
  ['/topology/sites', 'sites'],
  ['/topology/links', 'links'],
  ['/topology/logos', 'logos'],
  ['/topology/statistics/devices', 'device statistics'],
  ['/alarms/activeAlarms', 'active alarms'],
  ['/alarms/historyAlarms', 'history alarms'],
  ['/security/users', 'users'],
  ['/system/licenses', 'licences']
])
