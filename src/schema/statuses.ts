import type { Static, TSchema } from 'typebox'
import { oneOf, strictObject, assumed } from './primitives.ts'

/** The state of an entity's management; an aggregate over deployment, SIP connections and devices of all sites. */
export const ManagementStatusSchema = oneOf(['ERROR', 'WARNING', 'OK', 'UNMONITORED'], {
  'x-evidence': assumed('the four labels are documented, but only ERROR and UNMONITORED are seen as literals')
})

export type ManagementStatus = Static<typeof ManagementStatusSchema>

const VoiceQualityStatus = oneOf(['UNMONITORED', 'CLEAR', 'MAJOR', 'CRITICAL', 'ERROR', 'WARNING', 'OK'], {
  'x-evidence': assumed('two vendor pages name different sets and only UNMONITORED is seen as a literal; ' +
    'this is the union')
})

const VoiceQualityDetail = strictObject({
  vqControlStatus: VoiceQualityStatus,
  vqMediaStatus: VoiceQualityStatus,
  voiceQualityStatus: VoiceQualityStatus
})

/** The voice quality of an entity, of Teams and of session border controllers apart. */
export const VoiceQualitySchema = strictObject({
  teamsVoiceQualityJson: VoiceQualityDetail,
  voiceQualityStatus: VoiceQualityStatus,
  alertRuleVoiceQualityStatus: VoiceQualityStatus,
  sbcVoiceQualityJson: VoiceQualityDetail
}, { $id: 'VoiceQuality' })

export type VoiceQuality = Static<typeof VoiceQualitySchema>

/** The schemas that those of several resources refer to. */
export const sharedSchemas: Array<TSchema & { $id?: string }> = [VoiceQualitySchema]
