/** The JSON of records, each made once; a record that changes is another object. */
export class RecordTexts {
  readonly #texts = new WeakMap<object, string>()

  of (record: object): string {
    const known = this.#texts.get(record)
    if (known !== undefined) return known
    const text = JSON.stringify(record)
    this.#texts.set(record, text)
    return text
  }
}
