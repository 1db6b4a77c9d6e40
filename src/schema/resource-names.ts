/** The names of all resources, in the order of the documents. The command's help needs them without their schemas. */
export const resourceNames = [
  'customers',
  'channels',
  'services',
  'devices',
  'calls',
  'fwdRules',
  'files',
  'rejectedEndpoints'
] as const
