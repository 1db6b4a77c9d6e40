import { execFileSync } from 'node:child_process'
import { connect } from 'node:net'
import { Finding, expect } from './finding.js'
import { readAnswer } from './read-answer.js'

const wanted = 10_000

// Of the descriptors of a process, some are for the rest of its work.
const kept = 500
const atOnce = 200
const atOnceAgain = 20
const question = 'GET /__admin/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'

/** Thousands of connections over which nothing, or nothing more, is sent; each that the server lets go is opened anew. */
export class IdleConnections {
  #port
  #sockets = new Set()
  #opening = 0
  #refilling
  #finding

  /** @param most how many at most. */
  constructor (port, most) {
    this.#port = port
    this.most = Math.min(most, wanted, descriptors() - kept)
  }

  get count () {
    return this.#sockets.size
  }

  /** Opens all of them. */
  async open () {
    while (this.count < this.most) {
      const missing = Math.min(atOnce, this.most - this.count)
      await Promise.all(Array.from({ length: missing }, () => this.#openOne()))
    }
    this.#refilling = setInterval(() => this.#refill(), 100)
  }

  // Every second one was of use before.
  #openOne () {
    const isSilent = this.#opening++ % 2 === 0
    return new Promise((resolve, reject) => {
      const socket = connect(this.#port, '127.0.0.1', () => {
        this.#sockets.add(socket)
        if (!isSilent) socket.write(question)
        resolve()
      })
      socket.on('data', bytes => this.#judge(bytes))
      socket.on('error', reject)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  #judge (bytes) {
    try {
      const { status } = readAnswer(bytes, 'GET') ?? {}
      expect(status === 200 || status === 408, `an idle connection is answered ${status}`)
    } catch (error) {
      this.#finding ??= error
    }
  }

  // The server lets thousands go at once; as many that came at once would keep it busy with nothing else.
  async #refill () {
    const missing = Math.min(atOnceAgain, this.most - this.count)
    await Promise.all(Array.from({ length: missing }, () => this.#openOne())).catch(error => { this.#finding ??= new Finding(`no more connections: ${error.message}`) })
  }

  /** @throws {Finding} when one of them was answered wrongly, or could not be opened anew. */
  close () {
    clearInterval(this.#refilling)
    for (const socket of this.#sockets) socket.destroy()
    if (this.#finding !== undefined) throw this.#finding
  }
}

function descriptors () {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim()
  return limit === 'unlimited' ? Infinity : Number(limit)
}
