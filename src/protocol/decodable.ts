/** Whether every percent sign in a text begins a character of UTF-8. */
export function isDecodable (text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
