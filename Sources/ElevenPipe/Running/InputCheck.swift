import GLib

/// What is wrong with the files that a graph reads, looked at before any file is opened to write, and so emptied.
enum InputCheck {
    /// What passes a file on as it is, so that an empty one or a large one does no harm.
    private static let carriers: Set = ["queue", "queue2", "tee", "identity", "filesink", "fdsink", "fakesink"]
    /// What reads WAV with wavparse.
    private static let wavReaders: Set = ["wavparse", "decodebin", "decodebin3", "parsebin"]
    /// wavparse 1.22 reads no further than this into the samples, and says nothing.
    private static let longestWAV = Int(Int32.max)

    static func problem(_ plan: GraphPlan) -> PipelineError? {
        for step in plan.elements where step.factory == "filesrc" {
            guard let path = step.file, let words = problem(path, followers: followers(of: step, plan)) else {
                continue
            }
            return PipelineError(.inputMissing, "'\(path)' \(words)", location: step.location, element: step.name)
        }
        return nil
    }

    private static func problem(_ path: String, followers: Set<String>) -> String? {
        if let problem = RegularFile.readingProblem(path) { return "cannot be read: \(problem)" }
        guard let size = RegularFile.size(at: path) else { return nil }
        if size == 0, !followers.isSubset(of: carriers) { return "is empty: name a file that holds audio" }
        if size > longestWAV, !followers.isDisjoint(with: wavReaders), RegularFile.isWAV(path) {
            return "is a WAV file of more than 2 GiB, and GStreamer reads no more than that of one: make it FLAC, or "
                + "cut it into smaller files"
        }
        return nil
    }

    /// The factories of all that a step's data comes to.
    private static func followers(of step: GraphPlan.ElementPlan, _ plan: GraphPlan) -> Set<String> {
        var (names, reached) = ([step.name], Set<String>())
        while let name = names.popLast() {
            for link in plan.links where link.from == name && reached.insert(link.to).inserted { names.append(link.to) }
        }
        return Set(plan.elements.filter { reached.contains($0.name) }.map(\.factory))
    }
}
