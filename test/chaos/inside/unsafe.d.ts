/** workerd's own test functions (workerd with the compatibility flag `unsafe_module`). */
declare module 'workerd:unsafe' {
  const unsafe: {
    /** Takes an object out of memory; `hibernate` keeps its hibernatable sockets open, as in production. */
    evict(stub: DurableObjectStub, options: { webSockets: 'hibernate' }): Promise<void>
    abortAllDurableObjects(): Promise<void>
  }
  export default unsafe
}
