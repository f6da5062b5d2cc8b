import GLib

@testable import HTTP

/// Any body is a form or is refused, and its parts are parts of it.
enum MultipartBodyTarget {
    @Sendable static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let type = "multipart/form-data" + input.text()
        guard HTTPHeaders.isSendable(type) else { return }
        let body = input.remainder()
        do {
            let parts = try HTTPServerRequest.post(contentType: type, body: body).multipart()
            require(parts.reduce(0) { $0 + $1.body.array.count } <= body.count, "parts are parts of the body")
        } catch {
            require(!error.description.isEmpty, "a refusal says something")
        }
    }
}
