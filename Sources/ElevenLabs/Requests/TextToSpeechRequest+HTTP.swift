import GLib
package import HTTP

extension TextToSpeechRequest {
    /// The request as it goes out.
    ///
    /// - Throws: ``InvalidRequest`` where it cannot be put into JSON; ``validate()`` tells more, and before.
    package func httpRequest(
        baseURL: BaseURL, key: Secret, timeouts: HTTPTimeouts
    ) throws(InvalidRequest) -> HTTPRequest {
        post(
            .bytes(Bytes(try jsonBody()), contentType: "application/json"), baseURL: baseURL, key: key,
            timeouts: timeouts)
    }
}
