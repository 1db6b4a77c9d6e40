import { connect } from 'node:net'
import { setTimeout as pauseFor } from 'node:timers/promises'
import { readAnswer } from './read-answer.js'

/** One connection to the server, over which requests go as the bytes that are given. */
export class Connection {
  isClosed = false
  /** Whether this side has said that it sends no more. */
  isHalfClosed = false
  /** What came and is no whole answer. */
  rest = Buffer.alloc(0)
  #socket
  #patience
  #methods = []
  #answers = []
  #ending
  #done = () => {}

  /** @param patience says when a wait for an answer has become a finding. */
  constructor (port, patience) {
    this.#patience = patience
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    this.#socket.on('data', chunk => this.#take(chunk))
    this.#socket.on('end', () => {
      this.#close()
      this.#socket.end()
    })
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => this.#close())
  }

  /**
   * Sends bytes in parts and gives back the answers to requests of these methods, fewer when the connection is closed before.
   * @param pause milliseconds between the parts.
   * @param endsAfter milliseconds without an answer after which the connection is half-closed; not when left out.
   * @throws {Finding} when an answer is malformed or does not come.
   */
  async exchange (parts, methods, { pause = 0, endsAfter } = {}) {
    this.#methods = methods
    this.#answers = []
    const answered = new Promise((resolve, reject) => { this.#done = error => error === undefined ? resolve() : reject(error) })
    const stop = this.#patience.watch(error => this.#done(error))
    this.#settle()
    const sent = this.#send(parts, pause)
    if (endsAfter !== undefined) sent.then(() => this.#endAfter(endsAfter))
    try {
      await answered
      await sent
    } finally {
      stop()
      clearTimeout(this.#ending)
    }
    return this.#answers
  }

  destroy () {
    this.isClosed = true
    this.#socket.destroy()
  }

  /** Sends bytes and goes away. */
  leave (bytes) {
    this.#socket.write(Buffer.concat(bytes), () => this.#socket.destroy())
  }

  async #send (parts, pause) {
    for (const [index, part] of parts.entries()) {
      if (index > 0) await pauseFor(pause)
      if (this.#socket.writable) this.#socket.write(part)
    }
  }

  #endAfter (milliseconds) {
    if (milliseconds === 0) this.#halfClose()
    else if (!this.isClosed) this.#ending = setTimeout(() => this.#halfClose(), milliseconds)
  }

  #halfClose () {
    this.isHalfClosed = true
    this.#socket.end()
  }

  #take (chunk) {
    this.#ending?.refresh()
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    this.#settle()
  }

  #settle () {
    try {
      this.#read()
    } catch (error) {
      this.#done(error)
    }
    if (this.#answers.length === this.#methods.length || this.isClosed) this.#done()
  }

  // Answers such as 100 Continue come before the real one.
  #read () {
    while (this.#answers.length < this.#methods.length) {
      const answer = readAnswer(this.rest, this.#methods[this.#answers.length])
      if (answer === undefined) return
      this.rest = this.rest.subarray(answer.size)
      if (answer.status >= 200) this.#answers.push(answer)
      this.isClosed ||= answer.headers.get('Connection') === 'close'
    }
  }

  #close () {
    this.isClosed = true
    this.#settle()
  }
}
