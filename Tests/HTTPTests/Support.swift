import GLib
import TestServers
import Testing

@testable import HTTP

/// A client that trusts the test certificate.
func makeClient(backstop: Duration = .seconds(600), connectionsPerHost: Int = 64) throws -> HTTPClient {
    HTTPClient(
        userAgent: "elevenpipe-tests", certificateAuthorities: try TestCertificate.shared.get().certificateFile,
        connectionsPerHost: connectionsPerHost, backstop: backstop)
}

/// What became of a body: its bytes, and the error that ended it.
struct Outcome: Sendable {
    var bytes: [UInt8] = []
    var error: HTTPError?
    var endIsUnproven = false
    var reads = 0
}

/// Reads a response to its end, whatever that is.
func outcome(of response: HTTPResponse) async -> Outcome {
    var outcome = Outcome()
    do {
        while let bytes = try await response.read() {
            outcome.bytes += bytes.array
            outcome.reads += 1
        }
    } catch {
        outcome.error = error
    }
    outcome.endIsUnproven = await response.endIsUnproven
    return outcome
}

/// Waits until something is true; a test that waits in vain fails after half a minute.
func eventually(_ comment: Comment, _ condition: @Sendable () async -> Bool) async throws {
    for _ in 0..<3000 {
        if await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record(comment)
}

/// The error that a body of code throws.
func failure(_ body: () async throws(HTTPError) -> Void) async -> HTTPError? {
    do {
        try await body()
        return nil
    } catch {
        return error
    }
}
