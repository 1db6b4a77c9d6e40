/** The texts of records or answers, each made once; a record that changes is another object. */
export class RecordTexts {
  readonly #make: (record: object) => string
  readonly #texts = new WeakMap<object, string>()

  constructor (make: (record: object) => string = JSON.stringify) {
    this.#make = make
  }

  of (record: object): string {
    const known = this.#texts.get(record)
    if (known !== undefined) return known
    const text = inOnePiece(this.#make(record))
    this.#texts.set(record, text)
    return text
  }
}

// What is put together from pieces stays a tree of them, which each write of the text would walk.
function inOnePiece (text: string): string {
  return Buffer.from(text).toString()
}
