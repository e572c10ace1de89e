/**
 * Just enough of WASI preview 1 for one command-line program that prints something and writes one file, all in memory:
 * no temporary directory to clean up, and none of `node:wasi`'s experimental warning.
 */

export interface ProgramRun {
  exitCode: number
  stdout: string
  /** Bytes of the files it wrote, by name. */
  files: Map<string, Uint8Array>
}

const OK = 0
const BAD_DESCRIPTOR = 8
const NO_SUCH_FILE = 44

const DIRECTORY_FD = 3
const DIRECTORY_NAME = '/out'
const FILETYPE = { characterDevice: 2, directory: 3, regularFile: 4 }
const CREATE_FLAG = 1
const ALL_RIGHTS = 0xffff_ffff_ffff_ffffn

/** Thrown through the program when it calls `exit`. */
class Exit extends Error {
  readonly code: number
  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

/** A growing file with a position. */
class MemoryFile {
  bytes = new Uint8Array(1 << 16)
  length = 0
  position = 0

  write(chunk: Uint8Array): void {
    const end = this.position + chunk.length
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2))
      grown.set(this.bytes.subarray(0, this.length))
      this.bytes = grown
    }
    this.bytes.set(chunk, this.position)
    this.position = end
    this.length = Math.max(this.length, end)
  }

  seek(offset: number, whence: number): void {
    const base = [0, this.position, this.length][whence] ?? 0
    this.position = Math.max(0, base + offset)
  }

  content(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }
}

/** Runs the program's `_start` with these arguments (the first one is its own name). */
export async function runProgram(module: WebAssembly.Module, args: readonly string[]): Promise<ProgramRun> {
  const stdout = new MemoryFile()
  const open = new Map<number, MemoryFile>([
    [1, stdout],
    [2, new MemoryFile()],
  ])
  const files = new Map<string, MemoryFile>()
  const argv = args.map((arg) => new TextEncoder().encode(`${arg}\0`))

  let memory = new WebAssembly.Memory({ initial: 0 })
  const view = () => new DataView(memory.buffer)
  const bytes = (pointer: number, length: number) => new Uint8Array(memory.buffer, pointer, length)

  const wasi = {
    args_sizes_get(count: number, size: number) {
      view().setUint32(count, argv.length, true)
      view().setUint32(
        size,
        argv.reduce((sum, arg) => sum + arg.length, 0),
        true,
      )
      return OK
    },
    args_get(pointers: number, buffer: number) {
      let offset = buffer
      for (const [n, arg] of argv.entries()) {
        view().setUint32(pointers + 4 * n, offset, true)
        bytes(offset, arg.length).set(arg)
        offset += arg.length
      }
      return OK
    },
    /** A constant: what is spoken must not depend on when. */
    clock_time_get(_id: number, _precision: bigint, time: number) {
      view().setBigUint64(time, 0n, true)
      return OK
    },
    fd_prestat_get(fd: number, prestat: number) {
      if (fd !== DIRECTORY_FD) return BAD_DESCRIPTOR
      view().setUint32(prestat, 0, true)
      view().setUint32(prestat + 4, DIRECTORY_NAME.length, true)
      return OK
    },
    fd_prestat_dir_name(fd: number, path: number, length: number) {
      if (fd !== DIRECTORY_FD) return BAD_DESCRIPTOR
      bytes(path, length).set(new TextEncoder().encode(DIRECTORY_NAME).subarray(0, length))
      return OK
    },
    fd_fdstat_get(fd: number, stat: number) {
      if (fd > DIRECTORY_FD && !open.has(fd)) return BAD_DESCRIPTOR
      const { characterDevice, directory, regularFile } = FILETYPE
      const type = fd === DIRECTORY_FD ? directory : fd < DIRECTORY_FD ? characterDevice : regularFile
      view().setUint8(stat, type)
      view().setUint16(stat + 2, 0, true)
      view().setBigUint64(stat + 8, ALL_RIGHTS, true)
      view().setBigUint64(stat + 16, ALL_RIGHTS, true)
      return OK
    },
    fd_fdstat_set_flags: () => OK,
    path_open(
      _directory: number,
      _lookup: number,
      path: number,
      pathLength: number,
      flags: number,
      _rights: bigint,
      _inherited: bigint,
      _fdFlags: number,
      opened: number,
    ) {
      if ((flags & CREATE_FLAG) === 0) return NO_SUCH_FILE
      const file = new MemoryFile()
      const fd = DIRECTORY_FD + 1 + files.size
      files.set(new TextDecoder().decode(bytes(path, pathLength)), file)
      open.set(fd, file)
      view().setUint32(opened, fd, true)
      return OK
    },
    fd_write(fd: number, vectors: number, count: number, written: number) {
      const file = open.get(fd)
      if (!file) return BAD_DESCRIPTOR
      let total = 0
      for (let n = 0; n < count; n += 1) {
        const pointer = view().getUint32(vectors + 8 * n, true)
        const length = view().getUint32(vectors + 8 * n + 4, true)
        file.write(bytes(pointer, length))
        total += length
      }
      view().setUint32(written, total, true)
      return OK
    },
    /** Standard input and every file are at their end: the program only writes. */
    fd_read(_fd: number, _vectors: number, _count: number, read: number) {
      view().setUint32(read, 0, true)
      return OK
    },
    fd_seek(fd: number, offset: bigint, whence: number, position: number) {
      const file = open.get(fd)
      if (!file) return BAD_DESCRIPTOR
      file.seek(Number(offset), whence)
      view().setBigUint64(position, BigInt(file.position), true)
      return OK
    },
    fd_close: (fd: number) => (open.delete(fd) ? OK : BAD_DESCRIPTOR),
    proc_exit(code: number) {
      throw new Exit(code)
    },
  }

  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi })
  const exported = instance.exports.memory
  if (!(exported instanceof WebAssembly.Memory)) throw new Error('The program exports no memory.')
  memory = exported
  const exitCode = start(instance)
  return {
    exitCode,
    stdout: new TextDecoder().decode(stdout.content()),
    files: new Map([...files].map(([name, file]) => [name, file.content()])),
  }
}

function start(instance: WebAssembly.Instance): number {
  const entry = instance.exports._start
  if (typeof entry !== 'function') throw new Error('The program has no entry point.')
  try {
    entry()
    return 0
  } catch (error) {
    if (error instanceof Exit) return error.code
    throw error
  }
}
