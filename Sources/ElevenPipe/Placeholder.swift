// ElevenPipe
