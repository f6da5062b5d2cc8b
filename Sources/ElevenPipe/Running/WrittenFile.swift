import GLib

/// A file that a graph writes, as it stands when the run is over.
public struct WrittenFile: Sendable, Equatable, CustomStringConvertible {
    /// Where it is, as the graph names it.
    public var path: String
    /// Bytes; nil where there is no such file.
    public var size: Int?
    /// Whether it ends before all that was meant for it.
    public var isPartial: Bool
    /// Whether its end was written in order, so that it can be read: a WAV header's length, an Ogg stream's last page.
    public var isFinalised: Bool

    init(path: String, isPartial: Bool, isFinalised: Bool) {
        self.path = path
        self.isPartial = isPartial
        self.isFinalised = isFinalised
        size = RegularFile.size(at: path)
    }

    /// One line for people: what is in the file.
    public var description: String {
        switch (size, isPartial, isFinalised) {
        case (nil, _, _): "\(path) was not written"
        case (0, _, _): "\(path) is empty"
        case (let size?, false, _): "\(path): \(size) bytes"
        case (let size?, true, true): "\(path) is partial: it holds the first \(size) bytes"
        case (let size?, true, false): "\(path) is partial and was not finalised: it holds \(size) bytes"
        }
    }
}

extension GraphPlan.ElementPlan {
    /// The file that a sink has written; nil where it wrote none that has this name.
    func written(isPartial: Bool, isFinalised: Bool) -> WrittenFile? {
        // What goes into a pipe or a device is no file afterwards.
        guard let path = file, !RegularFile.isOther(path) else { return nil }
        let written = WrittenFile(path: path, isPartial: isPartial, isFinalised: isFinalised)
        // A pattern, as in segment-%05d.ts, stands for many files and is the name of none.
        return written.size == nil && path.contains("%") ? nil : written
    }
}
