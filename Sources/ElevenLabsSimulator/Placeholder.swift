// ElevenLabsSimulator
