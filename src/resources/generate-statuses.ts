import type { Faker } from '@faker-js/faker'
import type { ManagementStatus, VoiceQuality } from '../schema/statuses.ts'

/** Mostly healthy, as a network that people look after is. */
export function generateManagementStatus (faker: Faker): ManagementStatus {
  return faker.helpers.weightedArrayElement([
    { weight: 60, value: 'OK' },
    { weight: 15, value: 'WARNING' },
    { weight: 15, value: 'ERROR' },
    { weight: 10, value: 'UNMONITORED' }
  ])
}

/**
 * Voice quality of an entity: unmonitored where management is, else the same state for every part that is monitored.
 */
export function generateVoiceQuality (management: ManagementStatus, faker: Faker): VoiceQuality {
  const isMonitored = management !== 'UNMONITORED' && faker.datatype.boolean(0.5)
  const status: ManagementStatus = isMonitored
    ? faker.helpers.arrayElement(['OK', 'OK', 'WARNING', 'ERROR'])
    : 'UNMONITORED'
  const detail = { vqControlStatus: status, vqMediaStatus: status, voiceQualityStatus: status }
  return {
    teamsVoiceQualityJson: detail,
    voiceQualityStatus: status,
    alertRuleVoiceQualityStatus: 'UNMONITORED',
    sbcVoiceQualityJson: {
      vqControlStatus: 'UNMONITORED',
      vqMediaStatus: 'UNMONITORED',
      voiceQualityStatus: 'UNMONITORED'
    }
  }
}
