/** The part of WebAssembly used here: Node has it, its type package does not, and the DOM's types are not wanted. */
declare namespace WebAssembly {
  class Module {
    private constructor()
    private readonly brand: never
  }
  class Memory {
    constructor(descriptor: { initial: number })
    readonly buffer: ArrayBuffer
  }
  interface Instance {
    readonly exports: Record<string, unknown>
  }
  type Imports = Record<string, Record<string, (...args: never[]) => unknown>>
  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>
  function instantiate(module: Module, imports: Imports): Promise<Instance>
}
