import ElevenLabsSimulator
import Foundation
import Testing

/// Makes the article `FaultMatrix.md` of the documentation anew, and compares. With ELEVENPIPE_RECORD set it writes the article.
@Suite(.serialized, .inTurns) struct `The fault matrix` {
    private typealias Matrix = FaultMatrix

    private static let file = Project.root + "/Sources/ElevenPipe/ElevenPipe.docc/FaultMatrix.md"
    private static let isRecording = ProcessInfo.processInfo.environment["ELEVENPIPE_RECORD"] != nil
    /// A machine that is busy with other things makes holes of its own: a cell that is not as it was is measured again.
    private static let attempts = 4

    @Test func `has every fault that the simulator can make`() throws {
        let names = Set(FaultCase.all.map { $0.fault.prefix { $0 != "=" && $0 != "," } }.filter { !$0.isEmpty })
        #expect(names == Set(Fault.catalogue.map { $0.form.prefix { $0 != "=" } }))
    }

    @Test(.timeLimit(.minutes(12))) func `is what the faults come to`() async throws {
        let bench = try await FaultBench(in: try Scratch(), lanes: 8)
        let article = Self.isRecording ? "" : try String(contentsOfFile: Self.file, encoding: .utf8)
        let measured = try await measure(with: bench, before: Matrix.recorded(in: article)).article
        guard !Self.isRecording else { return try measured.write(toFile: Self.file, atomically: true, encoding: .utf8) }
        let (lines, recorded) = (measured.split(separator: "\n"), article.split(separator: "\n"))
        #expect(lines.count == recorded.count)
        for (line, before) in zip(lines, recorded) {
            #expect(Matrix.agree(String(line), String(before)), "measured now: \(line)")
        }
    }

    private func measure(
        with bench: FaultBench, before: [String: [Matrix.Column: Matrix.Cell]]
    ) async throws -> Matrix {
        async let formats = measureFormats(with: bench)
        let rows = try await withThrowingTaskGroup { group in
            for element in FaultBench.Element.allCases {
                let whole = try await bench.run(FaultCase.all[0], element, .file)
                for test in FaultCase.all {
                    group.addTask { try await Self.cells(test, element, bench, whole: whole, before[test.title]) }
                }
            }
            var rows: [String: [Matrix.Column: Matrix.Cell]] = [:]
            for try await (name, cells) in group { rows[name, default: [:]].merge(cells) { $1 } }
            return rows
        }
        return Matrix(rows: rows, formats: try await formats)
    }

    /// - Parameters: the run without a fault; what the article has of the row.
    private static func cells(
        _ test: FaultCase, _ element: FaultBench.Element, _ bench: FaultBench, whole: FaultBench.Outcome,
        _ before: [Matrix.Column: Matrix.Cell]?
    ) async throws -> (String, [Matrix.Column: Matrix.Cell]) {
        var cells: [Matrix.Column: Matrix.Cell] = [:]
        for output in [FaultBench.Output.file, .speaker] {
            let column = Matrix.Column(element: element, output: output)
            // What is new is to be heard as it is in the file.
            let expected = before?[column] ?? cells[Matrix.Column(element: element, output: .file)]
            for _ in 0..<attempts {
                let outcome = try await bench.run(test, element, output)
                check(outcome, "\(test.name), \(element), \(output)", isFile: output == .file)
                let isWhole = test.fault.isEmpty
                let cell = Matrix.Cell(outcome, whole: isWhole ? 0 : whole.heard, lead: whole.lead)
                let agrees = expected.map(cell.agrees) ?? true
                cells[column] = agrees ? expected ?? cell : cell
                if agrees { break }
            }
        }
        return (test.name, cells)
    }

    /// What is so whatever the fault.
    private static func check(_ outcome: FaultBench.Outcome, _ place: Comment, isFile: Bool) {
        #expect(outcome.errors.count == (outcome.status == 0 ? 0 : 1), place)
        guard isFile, outcome.status != 0 else { return }
        #expect(outcome.fileNote?.contains(outcome.heard == 0 ? " is empty" : " is partial") == true, place)
    }

    private func measureFormats(with bench: FaultBench) async throws -> [String: [String: Matrix.Cell]] {
        var formats: [String: [String: Matrix.Cell]] = [:]
        for format in FaultBench.formats {
            for test in FaultCase.byFormat {
                let outcome = try await bench.run(test, .speech, .file, format: format)
                formats[format, default: [:]][test.name] = Matrix.Cell(outcome, whole: 0, lead: 0)
            }
        }
        return formats
    }
}
