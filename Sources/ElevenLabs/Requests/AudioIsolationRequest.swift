package import HTTP

/// One request that takes everything but the voice out of a recording: the form fields of `POST /v1/audio-isolation/stream`.
/// The audio is given when the request is sent.
///
/// What is nil is not sent, and the service decides; nothing here stands in for a default of the service.
public struct AudioIsolationRequest: Sendable, Hashable {
    /// `file_format`: what the audio is; the service takes ``UploadFormat/other``.
    public var fileFormat: UploadFormat?

    /// The format that comes. The endpoint takes no `output_format`; the API says MP3, the rest is what its other endpoints do
    /// where nothing is named.
    public static let outputFormat = OutputFormat.mp3At44100Hz128k
    /// The longest audio that one request may carry.
    public static let maximumDuration = Duration.seconds(3600)
    /// The most bytes of audio that one request may carry.
    public static let maximumBytes = 500_000_000

    /// Makes a request.
    public init(fileFormat: UploadFormat? = nil) { self.fileFormat = fileFormat }

    /// Everything the service would refuse, as far as its documentation tells; there is nothing yet.
    public func validate() -> [RequestFinding] { [] }
}

extension AudioIsolationRequest: ServiceRequest {
    package var path: String { "/v1/audio-isolation/stream" }

    package var query: [(name: String, value: String)] { [] }

    /// The request as it goes out.
    ///
    /// - Parameter audio: what is uploaded, read as it goes.
    package func httpRequest(
        audio: [HTTPBody.Piece], baseURL: BaseURL, key: Secret, timeouts: HTTPTimeouts
    ) -> HTTPRequest {
        var form = MultipartForm()
        if let fileFormat { form.add("file_format", text: fileFormat.rawValue) }
        form.addUpload(audio)
        return post(form.body, baseURL: baseURL, key: key, timeouts: timeouts)
    }
}
