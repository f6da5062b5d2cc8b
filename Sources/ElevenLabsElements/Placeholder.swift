// ElevenLabsElements
