import Foundation

/// What every fault came to, as an article of the documentation.
struct FaultMatrix: Sendable {
    struct Column: Hashable, Sendable {
        let element: FaultBench.Element
        let output: FaultBench.Output

        static let all = FaultBench.Element.allCases.flatMap { element in
            FaultBench.Output.allCases.map { Column(element: element, output: $0) }
        }
    }

    /// What one run came to, in words that are the same in every run.
    struct Cell: Sendable, Equatable {
        /// `all`, seconds, or `–` for silence.
        let heard: String
        let status: String
        let requests: String
        /// The error in its own words.
        let words: String

        /// - Parameters: what the same run came to without a fault; the silence before its first sound, in seconds.
        init(_ outcome: FaultBench.Outcome, whole: Double, lead: Double) {
            heard =
                outcome.heard == 0
                ? "–" : abs(outcome.heard - whole) < tolerance ? "all" : String(format: "%.1f s", outcome.heard + lead)
            status = "\(outcome.status)"
            requests = "\(outcome.requests)"
            words = outcome.errors.map(Self.stable).joined(separator: "; and ")
        }

        /// An error without its place, the server's port and the ids of requests.
        private static func stable(_ line: String) -> String {
            line.replacing(#/^.*?error: /#, with: "").replacing(#/(127\.0\.0\.1):\d+/#) { $0.output.1 }
                .replacing(#/ \(request (id )?\w+\)/#, with: "")
        }

        fileprivate init(heard: String, status: String, requests: String, words: String) {
            (self.heard, self.status, self.requests, self.words) = (heard, status, requests, words)
        }

        func agrees(with other: Cell) -> Bool {
            status == other.status && requests == other.requests && other.words.contains(words)
                && FaultMatrix.agree(heard, other.heard)
        }
    }

    /// Seconds. What the sound server puts between two sounds is not the same in every run.
    static let tolerance = 0.15

    private let rows: [String: [Column: Cell]]
    private let formats: [String: [String: Cell]]

    init(rows: [String: [Column: Cell]], formats: [String: [String: Cell]]) {
        (self.rows, self.formats) = (rows, formats)
    }

    /// Whether two texts say the same, but for seconds that are nearly alike.
    static func agree(_ text: String, _ other: String) -> Bool {
        let seconds = /(\d+\.\d) s/
        let pairs = zip(text.matches(of: seconds), other.matches(of: seconds))
        return text.replacing(seconds, with: "s") == other.replacing(seconds, with: "s")
            && pairs.allSatisfy { abs((Double($0.1) ?? 0) - (Double($1.1) ?? 0)) <= tolerance }
    }

    // MARK: Article

    var article: String {
        """
        # Faults, and what is heard of them

        What becomes of a graph when the service, or the network before it, fails: measured, fault by fault.

        ## Overview

        Each line of the table is a fault that the simulator makes on request (`elevenpipe simulate --fault …`), and each of its \
        last six columns a run of `elevenpipe run` against it: one element of ours, and behind it a speaker (a sound server of \
        which the test records what it plays) or a file. The elements speak, change or clean \
        a sentence, as MP3 in chunks of half a second, with `first-byte-timeout` and `idle-timeout` at 2 s \
        and everything else as it comes: a request that fails for a passing reason is sent twice more.

        - **all**: every word, and nothing twice; where something had to be waited for, after a pause.
        - **1.0 s**: so much from the beginning, which is all that had arrived. The error is told when it has been played, and a file \
        that holds it is named as partial.
        - **–**: silence, or an empty file that is named as such.

        Exit codes: 0 done, 65 the service calls the request wrong, 69 it cannot be reached or does not begin to answer, 75 it is \
        busy or broken, 76 its answer was cut short or is no audio, 77 it refuses the key, a permission or the quota.

        \(table)

        ## What is told

        One line each on standard error, behind the place in the graph file:

        \(words)

        ## What the format tells

        An answer that ends too early with a proper end by HTTP can be told where the format has an end of its own: MP3 by its last \
        frame (all but one cut in hundreds falls inside one), Opus by the last page of its Ogg stream. Bare samples have none. There, and \
        everywhere else, an answer far too short for its text or its upload is a warning. Bytes that are no audio at all are \
        never played where the format is MP3 or Opus; as bare samples only a text in their place can be told.

        \(formatTable)

        This page is written by the test that measures it, and the test fails where the two differ.

        """
    }

    private var table: String {
        let names = Column.all.map { "`\($0.element.rawValue)`, \($0.output.rawValue)" }
        let head = "| fault | what it is | exit code | requests | " + names.joined(separator: " | ") + " |"
        let lines = FaultCase.all.map { test in
            let cells = Column.all.compactMap { rows[test.name]?[$0] }
            let parts = [
                test.title, test.meaning, Self.joined(cells.map(\.status)), Self.joined(cells.map(\.requests)),
            ]
            return "| " + (parts + cells.map(\.heard)).joined(separator: " | ") + " |"
        }
        return ([head, "|" + String(repeating: "---|", count: 10)] + lines).joined(separator: "\n")
    }

    private var words: String {
        let lines = FaultCase.all.compactMap { test -> String? in
            // Each of the sentences once, in the order of the columns.
            let words = Column.all.compactMap { rows[test.name]?[$0]?.words }.reduce(into: [String]()) { all, words in
                if !all.contains(words) { all.append(words) }
            }.joined(separator: "<br/>")
            return words.isEmpty ? nil : "| \(test.title) | \(words) |"
        }
        return (["| fault | error |", "|---|---|"] + lines).joined(separator: "\n")
    }

    private var formatTable: String {
        let faults = FaultCase.byFormat.map(\.name)
        let lines = FaultBench.formats.map { format in
            let cells = faults.compactMap { formats[format]?[$0] }.map { cell in
                cell.words.isEmpty ? cell.status : "\(cell.status): \(cell.words)"
            }
            return "| `\(format)` | " + cells.joined(separator: " | ") + " |"
        }
        let head = "| `output-format` | " + FaultCase.byFormat.map(\.title).joined(separator: " | ") + " |"
        return ([head, "|" + String(repeating: "---|", count: faults.count + 1)] + lines).joined(separator: "\n")
    }

    /// One for all, or all of them where they differ.
    private static func joined(_ texts: [String]) -> String {
        Set(texts).count <= 1 ? texts.first ?? "" : texts.joined(separator: ", ")
    }

    // MARK: What was measured before

    /// The cells as they stand in an article, by the fault's title. Where those of a row differ in more than what is heard, none of
    /// them is like what was measured.
    static func recorded(in article: String) -> [String: [Column: Cell]] {
        let lines = article.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let words = lines.filter { $0.count == 2 }.map { ($0[0], $0[1]) }
        let errors = Dictionary(words) { first, _ in first }
        var cells: [String: [Column: Cell]] = [:]
        for parts in lines where parts.count == 4 + Column.all.count {
            for (index, column) in Column.all.enumerated() {
                cells[parts[0], default: [:]][column] = Cell(
                    heard: parts[4 + index], status: parts[2], requests: parts[3], words: errors[parts[0]] ?? "")
            }
        }
        return cells
    }
}
