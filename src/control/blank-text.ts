import { blank, isSecret } from './secrets.ts'

/** A string in quotes, ended or not; its end always comes, so that a long text is read once. */
const quoted = '"(?:[^"\\\\]+|\\\\.?)*(?:"|$)|\'[^\']*(?:\'|$)'
const name = new RegExp(`(${quoted}|[\\w%+.-]+)(\\s*[:=]\\s*)?|.`, 'gs')
const values = {
  /** What follows a list or object that is secret can't be told from it. */
  json: new RegExp(`${quoted}|[[{].*|[^,}\\]\\r\\n]*`, 'sy'),
  form: /[^&\r\n]*/y
}

/** A text that is no JSON, or not wholly, or a form, with what stands under the name of a secret blanked. */
export function blankText (text: string): string {
  const names = new RegExp(name)
  let shown = ''
  for (let found = names.exec(text); found !== null; found = names.exec(text)) {
    const [whole, spelt = '', sign] = found
    shown += whole
    if (sign === undefined || !isSecret(spelt)) continue
    const value = valueAt(text, names.lastIndex, sign)
    names.lastIndex += value.length
    shown += blankValueText(value)
  }
  return shown
}

function valueAt (text: string, index: number, sign: string): string {
  const value = new RegExp(sign.includes('=') ? values.form : values.json)
  value.lastIndex = index
  return value.exec(text)?.[0] as string
}

function blankValueText (value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? ''
  return `${quote}${blank}${quote !== '' && value.length > 1 && value.endsWith(quote) ? quote : ''}`
}
