import Foundation
import Testing

/// What a run may take: requests at once, and time.
@Suite(.inTurns) struct `The limits of a run` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private let turns = """
        first:
          - elevenlabstts: {text: This is the first of two sentences., voice-id: JBFqnCBsd6RMkjVDRZzb}
          - decodebin
        second:
          - elevenlabstts: {text: And this is the second of them., voice-id: JBFqnCBsd6RMkjVDRZzb}
          - decodebin
        both:
          - from: [first, second]
          - concat
          - wavenc
          - filesink: {location: both.wav}
        """

    @Test(arguments: ["--json", "-v", "-q"])
    func `of requests at once make one wait for the other, and it says so`(option: String) async throws {
        let url = try await scratch.simulate(["--concurrency", "1", "--pace", "1"])
        let finished = try await scratch.elevenpipe(
            ["run", option, "--base-url", url, try scratch.graph(turns)], environment: Server.keyEnvironment)
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(try await scratch.probe("both.wav").length > 2)
        switch option {
        case "--json":
            let events = try finished.outputText.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            let kinds = ["retrying", "queued", "dequeued"]
            let told = events.filter { kinds.contains($0["event"] as? String ?? "") }
            #expect(told.compactMap { $0["event"] as? String } == kinds)
            #expect(Set(told.compactMap { $0["element"] as? String }).count == 1)
            #expect((told.first?["reason"] as? String)?.contains("concurrent_limit_exceeded") == true)
            #expect(told.first?["delay"] as? Double == 0)
            #expect(told.dropFirst().first?["ahead"] as? Int == 0)
            #expect((told.last?["after"] as? Double).map { $0 > 0 } == true)
        case "-v":
            #expect(finished.errorText.contains("; trying again as soon as it may\n"))
            #expect(
                finished.errorText.contains(
                    ": the request waits, since the service takes no more at once; it is the next\n"))
            #expect(finished.errorText.contains(": the request goes on after "))
        default: #expect(finished.errorText.isEmpty)
        }
    }

    @Test func `of time end it in order, with a code of their own`() async throws {
        let url = try await scratch.simulate(["--fault", "stall=6", "--pace", "0"])
        let graph = try scratch.graph(
            """
            a:
              - elevenlabstts: {text: This takes too long., voice-id: JBFqnCBsd6RMkjVDRZzb, output-format: pcm_16000}
              - wavenc
              - filesink: {location: a.wav}
            """)
        let finished = try await scratch.elevenpipe(
            ["run", "--deadline", "1.5", "--base-url", url, graph], environment: Server.keyEnvironment)
        #expect(finished.status == 75, "\(finished.errorText)")
        #expect(finished.errorText.contains("error: the run was not over after 1.5 s, its deadline\n"))
        #expect(finished.errorText.contains("a.wav is partial: it holds the first "))
        #expect(try await scratch.probe("a.wav").rate == 16000)
    }

    @Test(arguments: [(0, 1), (1, 2)])
    func `of retries hold for the run`(limit: Int, requests: Int) async throws {
        let server = try await scratch.serve([], ["--status", "503"])
        let graph = try scratch.graph("a: [elevenlabstts: {text: Yes, voice-id: v, retries: 5}, fakesink]")
        let finished = try await scratch.elevenpipe(
            server.run(graph, ["--max-retries", "\(limit)"]), environment: Server.keyEnvironment)
        #expect(finished.status == 75, "\(finished.errorText)")
        #expect(try server.requests.count == requests)
        #expect(finished.errorText.contains("all \(limit) retries of the run are used up"), "\(finished.errorText)")
    }

    @Test(arguments: ["-1", "many", "1.5", ""])
    func `of retries are a whole number`(text: String) async throws {
        let finished = try await scratch.elevenpipe(
            ["run", "--offline", "--max-retries=\(text)", try scratch.graph(turns)])
        #expect(finished.status == 64)
        #expect(finished.errorText.contains("--max-retries takes a whole number from 0 on, not '\(text)'"))
    }

    @Test(arguments: ["0", "-1", "soon", "nan", "1e99", ""])
    func `of time are a number of seconds`(text: String) async throws {
        let finished = try await scratch.elevenpipe(
            ["run", "--offline", "--deadline=\(text)", try scratch.graph(turns)])
        #expect(finished.status == 64)
        #expect(finished.errorText.contains("--deadline takes a number of seconds above 0, not '\(text)'"))
    }
}
