import ElevenLabsSimulator
import Foundation

/// A fault of the simulator as it stands in the matrix: what it is called there, and what it is.
struct FaultCase: Sendable {
    /// As on the command line; empty for none.
    let fault: String
    let meaning: String

    var name: String { fault.isEmpty ? "none" : fault }
    /// As it stands in a table.
    var title: String { fault.isEmpty ? "none" : "`\(fault)`" }

    /// The chunks of the matrix: half a second of MP3 each.
    static let chunkSize = 8000

    static let all = [
        FaultCase(fault: "", meaning: "the service on a good day"),
        FaultCase(fault: "status=400", meaning: "the service calls the request wrong"),
        FaultCase(fault: "status=401", meaning: "the key is refused"),
        FaultCase(fault: "status=402", meaning: "the account has no credits left"),
        FaultCase(fault: "status=403", meaning: "the key may not do this"),
        FaultCase(fault: "status=404", meaning: "there is no such voice"),
        FaultCase(fault: "status=429", meaning: "too many requests, each time"),
        FaultCase(
            fault: "status=429,retry-after=0.2,times=2", meaning: "too many requests, twice, with a time to wait"),
        FaultCase(fault: "status=503", meaning: "the service is down, each time"),
        FaultCase(fault: "status=500,times=1", meaning: "the service fails once"),
        FaultCase(fault: "html=502", meaning: "a proxy's page with status 502, each time"),
        FaultCase(fault: "html=200", meaning: "a proxy's page with status 200"),
        FaultCase(fault: "json", meaning: "JSON instead of audio, with status 200"),
        FaultCase(fault: "empty", meaning: "status 200 and no audio at all"),
        FaultCase(fault: "garbage", meaning: "status 200, audio's content type, and bytes that are no audio"),
        FaultCase(fault: "wrong-type", meaning: "the right audio as application/octet-stream"),
        FaultCase(fault: "wrong-type=text/plain", meaning: "the right audio as text/plain"),
        FaultCase(fault: "silent", meaning: "no answer, each time"),
        FaultCase(fault: "silent,times=1", meaning: "no answer to the first request"),
        FaultCase(fault: "silent=0.5", meaning: "an answer that comes half a second late"),
        FaultCase(fault: "stall=0", meaning: "nothing behind the answer's head, each time"),
        FaultCase(fault: "stall=2", meaning: "nothing more after 1 s of audio"),
        FaultCase(fault: "stall=2,for=1.2", meaning: "nothing for 1.2 s after 1 s of audio, then the rest"),
        FaultCase(fault: "short=2", meaning: "a proper end after 1 s of audio, in the middle of an MP3 frame"),
        FaultCase(fault: "cut-at-chunk=0", meaning: "the connection ends behind the answer's head, each time"),
        FaultCase(fault: "cut-at-chunk=0,times=1", meaning: "the same once"),
        FaultCase(fault: "cut-at-chunk=2", meaning: "the connection ends after 1 s of audio, between two chunks"),
        FaultCase(fault: "cut-inside-chunk=3", meaning: "the connection ends after 1.25 s of audio, inside a chunk"),
        FaultCase(fault: "cut-at-byte=20000", meaning: "the connection ends behind this byte"),
        FaultCase(fault: "reset=0", meaning: "the connection is reset behind the answer's head, each time"),
        FaultCase(fault: "reset=0,times=1", meaning: "the same once"),
        FaultCase(fault: "reset=2", meaning: "the connection is reset after 1 s of audio"),
    ]

    /// Those of which the format decides what can be told.
    static let byFormat = all.filter { ["short=2", "cut-at-chunk=2", "garbage"].contains($0.fault) }

    /// A simulator that does it.
    func simulator() throws -> Simulator {
        var configuration = Simulator.Configuration()
        configuration.chunkSizes = [Self.chunkSize]
        if !fault.isEmpty { configuration.faults = [try Fault(parsing: fault)] }
        return Simulator(configuration)
    }
}
