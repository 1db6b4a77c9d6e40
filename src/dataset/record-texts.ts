/** The JSON texts of records and answers, each made once unless it is known to pass; a record that changes is another object. */
export class RecordTexts {
  readonly #isPassing: (record: object) => boolean
  readonly #texts = new WeakMap<object, string>()

  /** @param isPassing whether it is known that nobody will ask for the same object again: to keep its text would cost as much as to make it. */
  constructor (isPassing: (record: object) => boolean) {
    this.#isPassing = isPassing
  }

  of (record: object): string {
    const known = this.#texts.get(record)
    if (known !== undefined) return known
    const text = JSON.stringify(record)
    return this.#isPassing(record) ? text : this.#keep(record, text)
  }

  #keep (record: object, text: string): string {
    const kept = inOnePiece(text)
    this.#texts.set(record, kept)
    return kept
  }
}

// What is put together from pieces stays a tree of them, which each write of the text would walk.
function inOnePiece (text: string): string {
  return Buffer.from(text).toString()
}
