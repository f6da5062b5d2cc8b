import ElevenLabs

/// Any answer is an error in one short line, whatever its status, headers and body.
enum ErrorBodyTarget {
    @Sendable static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let status = input.byte() * 4
        let headers = ["x-trace-id": input.text(), "request-id": input.text(), "retry-after": input.text()]
        let error = ElevenLabsError(httpStatus: status, header: { headers[$0] }, body: input.remainder())
        require(error.message.count <= ElevenLabsError.maximumMessageLength, "a message is short")
        for text in [error.message, error.code, error.status, error.type, error.param, error.requestID] {
            require(text?.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 } ?? true, "a text is one line")
        }
        require(error.description.utf8.count < 40_000, "a description is short")
        if let delay = error.retryAfter { require(delay >= .zero && delay <= .seconds(86400), "a delay is bounded") }
    }
}
