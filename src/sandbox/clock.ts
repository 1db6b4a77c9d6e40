/** The time in one sandbox. */
export class Clock {
  now (): Date {
    return new Date()
  }
}
