/** The package brings no types. From its C header speex_resampler.h; pointers are byte offsets into the heap. */
declare module '@echogarden/speex-resampler-wasm/simd' {
  interface SpeexModule {
    readonly HEAP32: Int32Array
    readonly HEAPU32: Uint32Array
    readonly HEAPF32: Float32Array
    _malloc(bytes: number): number
    _speex_resampler_init(channels: number, inRate: number, outRate: number, quality: number, error: number): number
    _speex_resampler_process_float(
      state: number,
      channel: number,
      input: number,
      inputFrames: number,
      output: number,
      outputFrames: number,
    ): number
  }
  export default function create(): Promise<SpeexModule>
}
