/** Entry of the file that the audio thread loads: both worklets in one, so that one request and one permission are enough. */
import './capture.worklet.ts'
import './playback.worklet.ts'
