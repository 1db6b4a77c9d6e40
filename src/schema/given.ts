/** Fields that may be left out; undefined is the same. */
export type Given<Fields> = { [Field in keyof Fields]?: Fields[Field] | undefined }
