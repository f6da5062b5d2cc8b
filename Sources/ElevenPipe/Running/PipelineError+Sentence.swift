import GStreamer

extension PipelineError {
    /// What GStreamer reported, in one sentence: the element, what happened to it, and what to do where that is known.
    static func sentence(_ report: BusEvent.Report, _ step: GraphPlan.ElementPlan?) -> String {
        let (problem, cause) = (report.problem, report.cause)
        let subject = "\(step.map { "\($0.factory) " } ?? "")'\(step?.name ?? report.element)': "
        let place = step?.file.map { "'\($0)'" } ?? "its output"
        if report.domain == BusEvent.Report.resourceDomain {
            if report.code == BusEvent.Report.noSpaceLeft {
                return subject
                    + "no space is left on the disk for \(place): make room there, or write to another disk"
            }
            if cause.hasSuffix("Broken pipe") {
                return subject
                    + "who reads \(place) went away before the end: let the reader stay until the end of its input"
            }
            if let word = report.deviceLoss {
                return subject
                    + "the sound server or the sound device is gone (\(word)): see that it is there, and run again"
            }
        }
        if let missing = report.missingDecoder {
            return subject + "no installed decoder takes \(missing.name): "
                + (missing.package.map { "there is one in the Debian package \($0)" }
                    ?? "look in the Debian packages gstreamer1.0-plugins-bad and gstreamer1.0-libav")
        }
        if cause.contains("not-negotiated") {
            return subject + "\(problem): the elements around it cannot agree on a format (not-negotiated)"
        }
        if cause.contains("not-linked") { return subject + "\(problem): its output goes nowhere (not-linked)" }
        guard !cause.isEmpty else { return subject + problem }
        // On the bus these are texts in the C library's words; nothing else in a message tells them apart.
        let cure = cures.first { cause.hasSuffix($0.cause) && report.code == BusEvent.Report.cannotOpenToWrite }?.cure
        return subject + "\(problem): \(cause)" + (cure.map { "; \($0)" } ?? "")
    }

    /// What helps where a file cannot be opened to write.
    private static let cures = [
        (cause: "Is a directory", cure: "name a file in it"),
        (cause: "Not a directory", cure: "a part of the path is a file; choose another path"),
        (cause: "No such file or directory", cure: "make its folder first"),
        (cause: "Permission denied", cure: "choose a folder that you may write to"),
        (cause: "Operation not permitted", cure: "choose a folder that you may write to"),
        (cause: "Read-only file system", cure: "choose a folder on a disk that can be written to"),
    ]
}

extension BusEvent.Report {
    /// The domain of `GstResourceError`, and two of its codes.
    static let resourceDomain = "gst-resource-error-quark"
    static let cannotOpenToWrite = 6
    static let noSpaceLeft = 14

    /// GStreamer's sentence without its full stop.
    fileprivate var problem: String {
        var problem = message
        while problem.last == "." || problem.last == " " { problem.removeLast() }
        return problem
    }

    /// The cause, which stands in the debug text's second line: the system's error, why data stopped flowing.
    fileprivate var cause: String {
        let debug = debug ?? ""
        let cause = debug.firstIndex(of: "\n").map { debug[debug.index(after: $0)...] } ?? ""
        return String(cause.prefix { $0 != "\n" }.trimmingPrefix("system error: "))
    }

    /// What decodebin would have needed, as in `Missing decoder: MPEG-4 AAC (audio/mpeg, mpegversion=(int)4, …)`: a name for
    /// people with the media type, and the package that brings a decoder.
    var missingDecoder: (name: String, package: String?)? {
        let prefix = "Missing decoder: "
        guard domain == "gst-core-error-quark",
            let line = debug?.split(separator: "\n").first(where: { $0.hasPrefix(prefix) })
        else { return nil }
        let words = line.dropFirst(prefix.count).prefix { $0 != "," }
        let type = words.split(separator: "(").last.map { $0.prefix { $0 != ")" } } ?? ""
        // AAC goes by the same type as MP3.
        let isAAC = type == "audio/mpeg" && !line.contains("mpegversion=(int)1")
        return (words + (words.hasSuffix(")") ? "" : ")"), isAAC ? nil : PackageTable.package(decoding: String(type)))
    }

    /// PulseAudio's or ALSA's word for a server or a device that went away; pulsesink reports it with no code of its own.
    fileprivate var deviceLoss: String? {
        ["Connection terminated", "Entity killed", "device has been disconnected", "No such device"]
            .first { message.contains($0) || cause.hasSuffix($0) }
    }
}

extension GraphPlan.ElementPlan {
    /// The file that it reads or writes.
    var file: String? {
        guard case .text(let path)? = properties.first(where: { $0.name == "location" })?.value else { return nil }
        return path
    }
}
