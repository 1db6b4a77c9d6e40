import type { Static, TSchema } from 'typebox'
import { oneOf, strictObject, assumed } from './primitives.ts'

/** The state of an entity's management. It sums up deployment, SIP connections and devices of all sites. */
export const ManagementStatusSchema = oneOf(['ERROR', 'WARNING', 'OK', 'UNMONITORED'], {
  'x-evidence': assumed('the four labels are documented, but only ERROR and UNMONITORED appear as literals')
})

export type ManagementStatus = Static<typeof ManagementStatusSchema>

const VoiceQualityStatus = oneOf(['UNMONITORED', 'CLEAR', 'MAJOR', 'CRITICAL', 'ERROR', 'WARNING', 'OK'], {
  'x-evidence': assumed('two vendor pages name different sets, and only UNMONITORED appears as a literal; ' +
    'this is the union')
})

const VoiceQualityDetail = strictObject({
  vqControlStatus: VoiceQualityStatus,
  vqMediaStatus: VoiceQualityStatus,
  voiceQualityStatus: VoiceQualityStatus
})

/** The voice quality of an entity, with separate parts for Teams and session border controllers. */
export const VoiceQualitySchema = strictObject({
  teamsVoiceQualityJson: VoiceQualityDetail,
  voiceQualityStatus: VoiceQualityStatus,
  alertRuleVoiceQualityStatus: VoiceQualityStatus,
  sbcVoiceQualityJson: VoiceQualityDetail
}, { $id: 'VoiceQuality' })

export type VoiceQuality = Static<typeof VoiceQualitySchema>

/** The schemas that several resources refer to. */
export const sharedSchemas: Array<TSchema & { $id?: string }> = [VoiceQualitySchema]
