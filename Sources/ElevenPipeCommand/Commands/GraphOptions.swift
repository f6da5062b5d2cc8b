import ElevenPipe
import GLib

/// The options of every command that reads a graph file.
enum GraphOptions {
    static func add(to parser: OptionParser) {
        parser.addList("set", value: "NAME=VALUE", help: "Set a parameter of the graph, literally")
        parser.addList("set-file", value: "NAME=FILE", help: "Set a parameter to a file's text ('-' is standard input)")
        if let group = Engine.gstreamerOptions { parser.addGroup(group) }
    }

    /// The parameters that were set. A usage error for one without a name or a value.
    static func parameters(_ arguments: OptionParser.Arguments) throws -> ParameterValues {
        var values = ParameterValues()
        for text in arguments.lists["set"] ?? [] {
            let (name, value) = try split(text, option: "--set", form: "NAME=VALUE")
            values.set(name, to: value, origin: "--set \(name)")
        }
        let files = arguments.lists["set-file"] ?? []
        if (files.filter { $0.hasSuffix("=-") } + arguments.operands.filter { $0 == "-" }).count > 1 {
            throw OptionParser.UsageError("standard input can be read once only")
        }
        for text in files {
            let (name, path) = try split(text, option: "--set-file", form: "NAME=FILE")
            try values.set(name, contentsOf: path, origin: "--set-file \(name)")
        }
        return values
    }

    private static func split(
        _ text: String, option: String, form: String
    ) throws(OptionParser.UsageError) -> (String, String) {
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
            throw OptionParser.UsageError("\(option) takes \(form), not '\(text)'")
        }
        return (String(text[..<sign]), String(text[text.index(after: sign)...]))
    }
}
