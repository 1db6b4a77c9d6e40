import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { clearTimeout, setTimeout } from '../node.ts'
import { fixtureName } from './fixture-source.ts'

/** The pause between two looks at the files, in milliseconds: usually, and while they change. */
const pause = { usual: 200, changing: 50 }

/**
 * Returns a text that describes the state of a fixture file, or of all fixture files of a folder. The text changes if a
 * file is saved, replaced, added or deleted. Without a path it is empty.
 */
export async function stateOfFiles (path: string): Promise<string> {
  if (path === '') return ''
  try {
    const isFolder = (await stat(path)).isDirectory()
    const names = isFolder ? (await readdir(path)).filter(name => fixtureName.test(name)) : ['']
    const facts = await Promise.all(names.map(async name => {
      const { ino, size, mtimeMs, ctimeMs } = await stat(join(path, name))
      return [name, ino, size, mtimeMs, ctimeMs].join()
    }))
    return facts.sort().join('\n')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code as string
  }
}

/**
 * Calls a function after each change of files. It waits until they are the same at two looks, so that files that are
 * saved together are read together. Only looking notices a folder that comes back, and files on a container's mount.
 * It does not keep the process alive.
 * @param read the state of the files when they were last read.
 * @returns a function that ends the watch.
 */
export function watchFixtures (path: string, read: string, onChange: () => Promise<void>): () => void {
  let seen = read
  let isOver = false
  let timer: NodeJS.Timeout
  const look = async () => {
    const state = await stateOfFiles(path)
    const isSettled = state === seen
    seen = state
    if (isSettled && state !== read && !isOver) {
      read = state
      await onChange()
    }
    if (!isOver) lookLater()
  }
  const lookLater = () => { timer = setTimeout(look, seen === read ? pause.usual : pause.changing).unref() }

  lookLater()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
