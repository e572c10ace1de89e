/** Turkish. */
import type { CardTexts } from '../launcher-texts.ts'
import type { Texts } from '../texts.ts'

export const texts: Texts = {
  assistant: 'Asistan',
  you: 'Siz',
  close: 'Kapat',
  ready: 'Hazır olduğunuzda',
  connecting: 'Bağlanıyor…',
  live: 'Görüşmede',
  liveText: 'Bağlandı',
  reconnecting: 'Yeniden bağlanıyor…',
  ended: 'Görüşme bitti',
  endedText: 'Sohbet duraklatıldı',
  listening: 'Dinliyor',
  relayed: 'Yedek bağlantı',
  relayedHint: 'Ağınız aramaların olağan yolunu engelliyor. Ses başka bir yoldan gidiyor ve biraz geç gelebilir.',
  hearing: 'Sizi duyuyor',
  thinking: 'Düşünüyor',
  speaking: 'Konuşuyor',
  muted: 'Sessiz',
  mutedHint: 'Mikrofonunuz kapalı',
  hello: '{name} ile konuşun',
  startTalking: 'Konuşmaya başla',
  microphoneHint: 'Tarayıcınız mikrofon için izin isteyecek. Ya da aşağıya yazın.',
  textHint: 'Sorunuzu aşağıya yazın.',
  goAhead: 'Buyurun, dinliyorum.',
  mute: 'Mikrofonu kapat',
  unmute: 'Mikrofonu aç',
  hangUp: 'Kapat',
  interrupt: 'Dur',
  interruptLabel: 'Konuşmayı durdur',
  holdToTalk: 'Basılı tutun',
  continueTalking: 'Devam et',
  stillHere: 'Sohbetiniz hâlâ burada.',
  elapsed: 'Süre',
  newest: 'En yeni mesaj',
  placeholder: 'Mesaj yazın…',
  messageLabel: 'Mesaj',
  send: 'Gönder',
  thread: 'Sohbet',
  interrupted: 'yarıda kesildi',
  failed: 'iletilemedi',
  echo: 'belki asistanın yankısı',
  typing: 'söyleniyor',
  atWork: 'Üzerinde çalışılıyor…',
  reconnected: 'Yeniden bağlandı',
  callEnded: 'Görüşme bitti',
  saidGoodbye: 'Asistan veda etti',
  goneOn: 'Sohbete devam edildi',
  forgotten: 'Sohbet silindi.',
  notices: {
    gap: 'Burada bazı sözler kayboldu',
    tampered: 'Bu sayfadaki bir şey müdahale ettiği için görüşme sonlandırıldı',
    idle: 'Bir süre sessizlik oldu, görüşme sonlandırıldı',
    wrap_up: 'Asistandan sözü bağlaması istendi',
  },
  near: {
    time: 'Görüşmenin bitmesine kalan',
    spoken: 'Görüşmenin bitmesine yaklaşık {left} kaldı.',
    cost_cap: 'Yalnızca birkaç yanıt daha mümkün',
    day_cap: 'Bu asistanın bugün az zamanı kaldı',
    visitor_cap: 'Bugün burada az zamanınız kaldı',
  },
  forget: 'Bu sohbeti unut',
  forgetQuestion: 'Burada konuşulan her şey kalıcı olarak silinsin mi?',
  forgetYes: 'Sil',
  forgetNo: 'Sakla',
  ways: {
    text: 'Bunun yerine yaz',
    retry: 'Tekrar dene',
    take_over: 'Burada devam et',
    play: 'Sesi aç',
    half_duplex: 'Sırayla konuş',
    push_to_talk: 'Konuşmak için basılı tut',
  },
  dismiss: 'Gizle',
  yes: 'Evet',
  no: 'Hayır',
  byHand: 'Lütfen burada yanıtlayın: sözlü evet geçerli değildir.',
  trouble: {
    mic_denied: {
      title: 'Mikrofon engellendi',
      text: 'Tarayıcınızın adres çubuğundan izin verip tekrar deneyin ya da yazarak devam edin.',
    },
    mic_missing: {
      title: 'Mikrofon bulunamadı',
      text: 'Bir mikrofon takıp tekrar deneyin ya da yazarak devam edin.',
    },
    mic_busy: {
      title: 'Mikrofon kullanımda',
      text: 'Başka bir program kullanıyor. Onu kapatıp tekrar deneyin ya da yazarak devam edin.',
    },
    mic_unavailable: {
      title: 'Mikrofon yanıt vermiyor',
      text: 'Cihazınız izin vermiyor. Tekrar deneyin; olmazsa sayfayı yenileyin ya da tarayıcıyı yeniden başlatın.',
    },
    mic_slow: {
      title: 'Mikrofon bekleniyor',
      text: 'Tarayıcınız kullanım izni istiyor. O zamana kadar yazarak devam edin.',
    },
    insecure_page: {
      title: 'Ses için güvenli sayfa gerekir',
      text: 'Tarayıcılar mikrofona yalnızca https sayfalarında izin verir. Burada yazabilirsiniz.',
    },
    webrtc_missing: {
      title: 'Bu tarayıcı arama yapamıyor',
      text: 'Yazarak devam edebilirsiniz.',
    },
    connect_timeout: {
      title: 'Görüşme bağlanamadı',
      text: 'Ağınız aramaları engelliyor olabilir. Tekrar deneyin ya da yazarak devam edin.',
    },
    slow_network: {
      title: 'Ağınız çok yavaş',
      text: 'Söyledikleriniz geç ulaşıyor. Düzelene kadar yazmak daha iyi.',
    },
    echo: {
      title: 'Asistan kendini duyuyor olabilir',
      text: 'Kulaklık yardımcı olur. Ya da yalnızca sustuğunda veya siz düğmeyi basılı tutarken dinlesin.',
    },
    broker_unreachable: {
      title: 'Şu anda bize ulaşılamıyor',
      text: 'Bağlantınızı denetleyip tekrar deneyin. Konuşulan hiçbir şey kaybolmadı.',
    },
    audio_blocked: {
      title: 'Tarayıcınız sesi engelliyor',
      text: 'Bir dokunuşla açılır.',
    },
    in_other_tab: {
      title: 'Bu sohbet başka bir sekmede açık',
      text: 'Orada devam edin ya da bu sekmeye taşıyın.',
    },
    superseded: {
      title: 'Sohbet taşındı',
      text: 'Başka bir sekmede veya cihazda sürüyor. Buraya geri alabilirsiniz.',
    },
    gave_up: {
      title: 'Bağlantı geri gelmedi',
      text: 'Konuşulan her şey saklandı. Ağınız düzelince tekrar deneyin.',
    },
    no_answer: {
      title: 'Bu kez yanıt gelmedi',
      text: 'Yeniden söyleyin ya da birazdan tekrar deneyin.',
    },
    limit_reached: {
      title: 'Daha uzun konuşamıyoruz',
      text: 'Bu sohbetin sınırına ulaşıldı. Konuşulanlar saklandı.',
    },
    budget_exhausted: {
      title: 'Şimdilik bu kadar',
      text: 'Bu asistan konuşabildiği kadar konuştu. Başka bir gün deneyin.',
    },
    visitor_budget_exhausted: {
      title: 'Bugünlük bu kadar',
      text: 'Her ziyaretçinin günlük süresi sınırlıdır. Yarın yine bekleriz.',
    },
    rate_limited: {
      title: 'Çok fazla deneme',
      text: 'Buradan kısa sürede çok fazla deneme yapıldı. Birkaç dakika sonra tekrar deneyin.',
    },
    too_many_calls: {
      title: 'Tüm hatlar dolu',
      text: 'Bir dakika sonra tekrar deneyin.',
    },
    provider_busy: {
      title: 'Tüm hatlar dolu',
      text: 'Birkaç saniye sonra tekrar deneyin.',
    },
    agent_not_found: {
      title: 'Böyle bir asistan yok',
      text: 'Web sitesi, kurulmamış bir asistanın adını veriyor.',
    },
    origin_refused: {
      title: 'Bu web sitesinde kullanılamıyor',
      text: 'Bu web sitesinin asistanı kullanma izni yok.',
    },
    session_not_found: {
      title: 'Eski sohbet artık yok',
      text: 'Silindi. Yeni bir sohbet başlatabilirsiniz.',
    },
  },
  otherTrouble: { title: 'Olmadı', text: 'Bizim tarafımızda bir hata oldu. Birazdan tekrar deneyin.' },
  limits: {
    day_cap: {
      title: 'Şimdilik bu kadar',
      text: 'Bu asistan konuşabildiği kadar konuştu. Konuşulanlar saklandı. Başka bir gün deneyin.',
    },
    visitor_cap: {
      title: 'Bugünlük bu kadar',
      text: 'Her ziyaretçinin günlük süresi sınırlıdır. Konuşulanlar saklandı. Yarın yine bekleriz.',
    },
  },
}

export const card: CardTexts = {
  opens: 'asistanı aç',
  loading: 'Bir dakika…',
  slow: 'Her zamankinden uzun sürüyor. Denemeye devam ediyoruz.',
  failedTitle: 'Asistana ulaşılamıyor',
  failedText: 'Bağlantınız veya hizmetimiz kesildi. Hiçbir şey kaybolmadı.',
  retry: 'Tekrar dene',
  close: 'Kapat',
}
