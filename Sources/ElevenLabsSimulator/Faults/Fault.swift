/// Something that goes wrong on request: what, and for which requests.
///
/// Only requests for audio are counted and hit. Written as on the command line: a name, most with a value, then options
/// behind commas, as in `status=429,retry-after=1,times=2`.
public struct Fault: Sendable, Hashable {
    /// What goes wrong. Chunks are counted as they are written: HTTP chunks, from 1.
    public enum Effect: Sendable, Hashable {
        /// `status=503`: a refusal with this status, in the service's form. `code=…` and `retry-after=…` may follow.
        case status(Int, code: String?, retryAfter: Double?)
        /// `html=502`: a proxy's page with this status.
        case html(status: Int)
        /// `json`: status 200 with JSON where audio should be.
        case json
        /// `empty`: status 200 and not a single byte of audio.
        case empty
        /// `wrong-type=text/plain`: the right audio under another content type.
        case wrongType(String)
        /// `garbage`: status 200 and bytes that no decoder takes.
        case garbage
        /// `silent` or `silent=2`: nothing for so many seconds before the head, or for ever.
        case silent(seconds: Double?)
        /// `stall=3` or `stall=3,for=2`: nothing after chunk 3, for ever or for so many seconds.
        case stall(afterChunk: Int, seconds: Double?)
        /// `short=3`: a proper end after chunk 3, though there was more to say.
        case short(afterChunk: Int)
        /// `cut-at-chunk=3`: the connection ends behind chunk 3, without the end that HTTP asks for.
        case cutAtChunk(Int)
        /// `cut-inside-chunk=3`: the connection ends in the middle of chunk 3.
        case cutInsideChunk(Int)
        /// `cut-at-byte=30000`: the connection ends behind so many bytes; an answer that has fewer is whole.
        case cutAtByte(Int)
        /// `reset=3`: the connection is reset behind chunk 3; `reset=0` right behind the head.
        case reset(afterChunk: Int)
    }

    /// Which requests for audio it hits, counted from 1 since the start.
    public enum Requests: Sendable, Hashable {
        case all
        /// `times=2`: the first two.
        case first(Int)
        /// `request=3`: the third and no other.
        case only(Int)

        func contains(_ number: Int) -> Bool {
            switch self {
            case .all: true
            case .first(let count): number <= count
            case .only(let which): number == which
            }
        }
    }

    /// What goes wrong.
    public var effect: Effect
    /// With which requests.
    public var requests: Requests

    /// Makes a fault; it hits all requests for audio where nothing else is said.
    public init(_ effect: Effect, requests: Requests = .all) {
        self.effect = effect
        self.requests = requests
    }
}
