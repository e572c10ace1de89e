import { registerParley } from 'parley/element'
import { createApp } from 'vue'
import App from './App.vue'

registerParley()
createApp(App).mount('#app')
