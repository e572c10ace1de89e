/** English. */
import type { Texts } from '../texts.ts'

export const texts: Texts = {
  assistant: 'Assistant',
  you: 'You',
  close: 'Close',
  ready: 'Ready when you are',
  connecting: 'Connecting…',
  live: 'On a call',
  liveText: 'Connected',
  reconnecting: 'Reconnecting…',
  ended: 'Call ended',
  endedText: 'Conversation paused',
  listening: 'Listening',
  relayed: 'Backup connection',
  relayedHint: 'Your network blocks the usual way of calls. The sound takes another way and may be a little later.',
  hearing: 'Hearing you',
  thinking: 'Thinking',
  speaking: 'Speaking',
  muted: 'Muted',
  mutedHint: 'You are muted',
  hello: 'Talk with {name}',
  startTalking: 'Start talking',
  microphoneHint: 'Your browser will ask for the microphone. Or simply write below.',
  textHint: 'Write your question below.',
  goAhead: 'Go ahead, I’m listening.',
  mute: 'Mute',
  unmute: 'Unmute',
  hangUp: 'Hang up',
  interrupt: 'Stop',
  interruptLabel: 'Stop speaking',
  holdToTalk: 'Hold to talk',
  continueTalking: 'Continue',
  stillHere: 'Your conversation is still here.',
  elapsed: 'Elapsed time',
  newest: 'Newest message',
  placeholder: 'Write a message…',
  messageLabel: 'Message',
  send: 'Send',
  thread: 'Conversation',
  interrupted: 'interrupted',
  failed: 'did not come through',
  echo: 'perhaps an echo of the assistant',
  typing: 'being said',
  atWork: 'Still working on it…',
  reconnected: 'Reconnected',
  callEnded: 'Call ended',
  saidGoodbye: 'The assistant said goodbye',
  goneOn: 'Conversation continued',
  forgotten: 'The conversation was erased.',
  notices: {
    gap: 'Some words were lost here',
    tampered: 'The call was ended because something on this page interfered with it',
    idle: 'It was quiet for a while, so the call was ended',
    wrap_up: 'The assistant was asked to come to an end',
  },
  near: {
    time: 'This call ends in',
    spoken: 'This call ends in about {left}.',
    cost_cap: 'Only a few more answers are possible',
    day_cap: 'This assistant has little time left today',
    visitor_cap: 'You have little time left here today',
  },
  ways: {
    text: 'Write instead',
    retry: 'Try again',
    take_over: 'Continue here',
    play: 'Turn on sound',
    half_duplex: 'Take turns',
    push_to_talk: 'Hold to talk',
  },
  dismiss: 'Dismiss',
  yes: 'Yes',
  no: 'No',
  byHand: 'Please answer here: a spoken yes does not count.',
  trouble: {
    mic_denied: {
      title: 'The microphone is blocked',
      text: 'Allow it in the address bar of your browser and try again, or go on by writing.',
    },
    mic_missing: {
      title: 'No microphone found',
      text: 'Plug one in and try again, or go on by writing.',
    },
    mic_busy: {
      title: 'The microphone is in use',
      text: 'Another program has it. Close that one and try again, or go on by writing.',
    },
    mic_unavailable: {
      title: 'The microphone does not answer',
      text: 'Your device does not give it out. Try again; if that does not help, reload the page or restart the browser.',
    },
    mic_slow: {
      title: 'Waiting for the microphone',
      text: 'Your browser asks whether it may be used. Until then, go on by writing.',
    },
    insecure_page: {
      title: 'Voice needs a secure page',
      text: 'Browsers allow the microphone on https pages only. Writing works here.',
    },
    webrtc_missing: {
      title: 'This browser cannot make calls',
      text: 'You can go on by writing.',
    },
    connect_timeout: {
      title: 'The call did not connect',
      text: 'Your network may block calls. Try again, or go on by writing.',
    },
    slow_network: {
      title: 'Your network is very slow',
      text: 'What you say arrives late. Writing works better until it recovers.',
    },
    echo: {
      title: 'The assistant may hear itself',
      text: 'Headphones help. Or let it listen only when it is silent, or while you hold a button.',
    },
    broker_unreachable: {
      title: 'We cannot be reached right now',
      text: 'Check your connection and try again. Nothing that was said is lost.',
    },
    audio_blocked: {
      title: 'Your browser holds the sound back',
      text: 'One tap turns it on.',
    },
    in_other_tab: {
      title: 'This conversation is open in another tab',
      text: 'Go on over there, or move it to this tab.',
    },
    superseded: {
      title: 'The conversation moved',
      text: 'It goes on in another tab or on another device. You can bring it back here.',
    },
    gave_up: {
      title: 'The connection did not come back',
      text: 'Everything that was said is kept. Try again when your network is better.',
    },
    no_answer: {
      title: 'No answer came this time',
      text: 'Say it once more, or try again in a moment.',
    },
    limit_reached: {
      title: 'This is as long as we can talk',
      text: 'The limit for this conversation is reached. What was said is kept.',
    },
    budget_exhausted: {
      title: 'That is all for now',
      text: 'This assistant has talked as much as it may. Try again another day.',
    },
    agent_paused: {
      title: 'Taking a break',
      text: 'This assistant is not available right now. Please come back later.',
    },
    visitor_budget_exhausted: {
      title: 'That is all for you today',
      text: 'There is only so much for each visitor a day. You are welcome again tomorrow.',
    },
    rate_limited: {
      title: 'Too many attempts',
      text: 'There were too many from here in a short time. Try again in a few minutes.',
    },
    too_many_calls: {
      title: 'All lines are busy',
      text: 'Try again in a minute.',
    },
    provider_busy: {
      title: 'All lines are busy',
      text: 'Try again in a few seconds.',
    },
    agent_not_found: {
      title: 'This assistant does not exist',
      text: 'The website names an assistant that is not set up.',
    },
    origin_refused: {
      title: 'Not available on this website',
      text: 'This website is not allowed to use this assistant.',
    },
    consent_required: {
      title: 'Your consent is needed first',
      text: 'Read what is asked and agree, then it goes on.',
    },
    session_not_found: {
      title: 'The old conversation is gone',
      text: 'It was erased. You can start a new one.',
    },
    image_refused: {
      title: 'The picture was not taken',
      text: 'This assistant cannot look at it. Try another one, or describe it.',
    },
    too_many_images: {
      title: 'No more pictures for now',
      text: 'This conversation has had as many as it may. Go on in words.',
    },
  },
  otherTrouble: { title: 'That did not work', text: 'Something failed on our side. Try again in a moment.' },
  limits: {
    day_cap: {
      title: 'That is all for now',
      text: 'This assistant has talked as much as it may. What was said is kept. Try again another day.',
    },
    visitor_cap: {
      title: 'That is all for you today',
      text: 'There is only so much for each visitor a day. What was said is kept, and you are welcome again tomorrow.',
    },
  },
  picture: 'Picture',
  more: 'More options',
  usingTool: 'Looking it up',
}
