import type { Faker } from '@faker-js/faker'
import type { ManagementStatus, VoiceQuality } from '../schema/statuses.ts'

/** Returns mostly healthy states, as in a network that is looked after. */
export function generateManagementStatus (faker: Faker): ManagementStatus {
  return faker.helpers.weightedArrayElement([
    { weight: 60, value: 'OK' },
    { weight: 15, value: 'WARNING' },
    { weight: 15, value: 'ERROR' },
    { weight: 10, value: 'UNMONITORED' }
  ])
}

/**
 * Returns the voice quality of an entity. It is unmonitored if its management is. Otherwise all monitored parts have
 * the same state.
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
