import ElevenPipe
import Foundation
import GLib

/// `--json`: everything that happens, one object a line, times in seconds.
struct JSONReporter: Reporter {
    /// Where the graph itself writes to standard output.
    let toStandardError: Bool

    func note(_ finding: Finding) {
        print(
            "finding", ["severity": .text(finding.severity.rawValue), "message": .text(finding.message)],
            finding.location)
    }

    func follow(_ pipeline: Pipeline) async {
        for await event in pipeline.events { print(event) }
    }

    func finish(_ summary: PipelineSummary) {
        print(
            "finished",
            [
                "ending": .text(summary.ending.rawValue), "elapsed": .seconds(summary.elapsed),
                "audio-length": summary.audioLength.map { .seconds($0) },
                "first-audio": summary.firstAudio.map { .seconds($0) },
                "decoding-delay": summary.decodingDelay.map { .seconds($0) },
                "requests": .list(summary.requests.map { .object(fields($0)) }),
                "stalls": .list(summary.stalls.map { .object(fields($0)) }),
                "shifts": .list(summary.shifts.map { .object(fields($0)) }),
                "files": .list(summary.files.map { .object(fields($0)) }),
            ])
    }

    func finish(_ error: PipelineError) {
        print(
            "failed",
            [
                "code": .text(error.code.rawValue), "exit-code": .number(Int(error.exitCode)),
                "message": .text(error.message), "element": error.element.map { .text($0) },
                "request-id": error.requestID.map { .text($0) }, "service-code": error.serviceCode.map { .text($0) },
                "http-status": error.httpStatus.map { .number($0) },
                "files": .list(error.files.map { .object(fields($0)) }),
            ], error.location)
    }

    private func print(_ event: PipelineEvent) {
        switch event {
        case .started: print("started", [:])
        case .requested(let element, let attempt, let size, let piece):
            print(
                "requested",
                fields(size).merging([
                    "element": .text(element), "attempt": .number(attempt), "piece": piece.map { .number($0) },
                ]) { $1 })
        case .cut(let element, let place, let piece, let reason):
            print(
                "cut",
                ["element": .text(element), "at": .seconds(place), "piece": .number(piece), "reason": .text(reason)])
        case .queued(let element, let ahead, let piece):
            print(
                "queued",
                ["element": .text(element), "ahead": .number(ahead), "piece": piece.map { .number($0) }])
        case .dequeued(let element, let time, let piece):
            print(
                "dequeued",
                ["element": .text(element), "after": .seconds(time), "piece": piece.map { .number($0) }])
        case .retrying(let element, let attempt, let delay, let reason, let piece):
            print(
                "retrying",
                [
                    "element": .text(element), "attempt": .number(attempt), "delay": .seconds(delay),
                    "reason": .text(reason), "piece": piece.map { .number($0) },
                ])
        case .answered(let element, let answer, let piece):
            print(
                "answered",
                fields(answer).merging(["element": .text(element), "piece": piece.map { .number($0) }]) { $1 })
        case .firstByte(let element, let time, let piece):
            print(
                "first-byte",
                [
                    "element": .text(element), "time-to-first-byte": .seconds(time),
                    "piece": piece.map { .number($0) },
                ])
        case .resuming(let element, let characters, let words, let credits, let reason):
            print(
                "resuming",
                [
                    "element": .text(element), "characters": .number(characters), "words": .text(words),
                    "credits": credits.map { .number($0) }, "reason": .text(reason),
                ])
        case .firstAudio(let time, let decoding):
            print("first-audio", ["at": .seconds(time), "after-first-byte": decoding.map { .seconds($0) }])
        case .starved(let element): print("starved", ["element": .text(element)])
        case .resumed(let time): print("resumed", ["after": .seconds(time)])
        case .shifted(let element, let time): print("shifted", ["element": .text(element), "by": .seconds(time)])
        case .received(let element, let bytes, let piece):
            print(
                "received",
                ["element": .text(element), "bytes": .number(bytes), "piece": piece.map { .number($0) }])
        case .noAudioDevice(let element, let location): print("no-audio-device", ["element": .text(element)], location)
        case .warning(let message, let location): print("warning", ["message": .text(message)], location)
        case .added(let branch): print("added", ["branch": .text(branch)])
        case .removed(let branch): print("removed", ["branch": .text(branch)])
        case .stopping: print("stopping", [:])
        }
    }

    private func fields(_ size: RequestSize) -> [String: JSONValue?] {
        switch size {
        case .characters(let count): ["characters": .number(count)]
        case .audio(let duration, let bytes):
            ["audio-length": duration.map { .seconds($0) }, "upload-bytes": .number(bytes)]
        }
    }

    private func fields(_ answer: ServiceAnswer) -> [String: JSONValue?] {
        [
            "request-id": answer.requestID.map { .text($0) }, "credits": answer.credits.map { .number($0) },
            "current-concurrent-requests": answer.currentConcurrentRequests.map { .number($0) },
            "maximum-concurrent-requests": answer.maximumConcurrentRequests.map { .number($0) },
            "reused-connection": .flag(answer.reusedConnection),
        ]
    }

    private func fields(_ request: PipelineSummary.Request) -> [String: JSONValue?] {
        fields(request.answer).merging([
            "element": .text(request.element), "piece": request.piece.map { .number($0) },
            "attempts": .number(request.attempts), "bytes": .number(request.bytes),
            "resumptions": request.resumptions > 0 ? .number(request.resumptions) : nil,
            "time-to-first-byte": request.timeToFirstByte.map { .seconds($0) },
        ]) { $1 }
    }

    private func fields(_ stall: PipelineSummary.Stall) -> [String: JSONValue?] {
        ["element": .text(stall.element), "start": .seconds(stall.start), "length": .seconds(stall.length)]
    }

    private func fields(_ file: WrittenFile) -> [String: JSONValue?] {
        [
            "path": .text(file.path), "bytes": file.size.map { .number($0) }, "partial": .flag(file.isPartial),
            "finalised": .flag(file.isFinalised),
        ]
    }

    private func print(_ event: String, _ fields: [String: JSONValue?], _ location: SourceLocation? = nil) {
        var fields = fields
        fields["event"] = .text(event)
        if let location {
            fields["file"] = .text(location.file)
            fields["line"] = .number(location.line)
            fields["column"] = .number(location.column)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(fields.compactMapValues { $0 }) else { return }
        Output.write(
            Output.withoutKeys(String(decoding: line, as: UTF8.self)) + "\n",
            to: toStandardError ? STDERR_FILENO : STDOUT_FILENO)
    }
}

/// A value in an event's JSON object.
enum JSONValue: Encodable {
    case text(String)
    case number(Int)
    case seconds(Duration)
    case flag(Bool)
    case list([JSONValue])
    case object([String: JSONValue?])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .seconds(let duration): try container.encode((duration.seconds * 1_000_000).rounded() / 1_000_000)
        case .flag(let flag): try container.encode(flag)
        case .list(let list): try container.encode(list)
        case .object(let fields): try container.encode(fields.compactMapValues { $0 })
        }
    }
}
