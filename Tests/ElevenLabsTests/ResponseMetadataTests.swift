import ElevenLabs
import Testing

@Suite struct ResponseMetadataTests {
    @Test func `all headers are read`() {
        let headers = [
            "request-id": "09bOJkdYVjKy2oOiiVtR", "history-item-id": "h", "character-cost": "14",
            "current-concurrent-requests": "1", "maximum-concurrent-requests": "5", "tts-latency-ms": "80",
            "x-trace-id": "t", "x-region": "europe-west4",
        ]
        let metadata = ResponseMetadata { headers[$0] }
        #expect(metadata.requestID == "09bOJkdYVjKy2oOiiVtR")
        #expect(metadata.historyItemID == "h")
        #expect(metadata.characterCost == 14)
        #expect(metadata.currentConcurrentRequests == 1)
        #expect(metadata.maximumConcurrentRequests == 5)
        #expect(metadata.latencyMilliseconds == 80)
        #expect(metadata.traceID == "t")
        #expect(metadata.region == "europe-west4")
    }

    @Test func `none of them is needed, and nonsense counts as none`() {
        #expect(ResponseMetadata { _ in nil } == ResponseMetadata())
        let odd = ResponseMetadata { ["character-cost": "many", "tts-latency-ms": "-3", "request-id": " "][$0] }
        #expect(odd == ResponseMetadata())
    }
}
