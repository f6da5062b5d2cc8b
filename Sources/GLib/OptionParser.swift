import CGLib

/// GOption, for one command: its options, its help text, and the arguments that are left.
///
/// All values are of GOption's FILENAME type: its STRING type refuses UTF-8 in the C locale, in which a Swift program starts.
package final class OptionParser {
    private let context: OpaquePointer
    private var entries: [Entry] = []

    private struct Entry {
        let name: String
        let storage: Storage
    }

    private enum Storage {
        case flag(UnsafeMutablePointer<gint>)
        case text(UnsafeMutablePointer<UnsafeMutablePointer<gchar>?>)
        case list(UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<gchar>?>?>)
    }

    /// What a command line holds.
    package struct Arguments: Sendable {
        package fileprivate(set) var flags: Set<String> = []
        package fileprivate(set) var texts: [String: String] = [:]
        package fileprivate(set) var lists: [String: [String]] = [:]
        /// What is no option, in order.
        package fileprivate(set) var operands: [String] = []
    }

    /// Why a command line cannot be understood, in one sentence.
    package struct UsageError: Error, Sendable, CustomStringConvertible {
        package let description: String
        package init(_ description: String) { self.description = description }
    }

    /// - Parameters: how the operands are called in the help text; what the command does; what follows the list of options.
    package init(operands: String, summary: String, details: String? = nil) {
        context = g_option_context_new(operands)
        g_option_context_set_summary(context, summary)
        if let details { g_option_context_set_description(context, details) }
    }

    deinit {
        g_option_context_free(context)
        for entry in entries {
            switch entry.storage {
            case .flag(let pointer): pointer.deallocate()
            case .text(let pointer):
                g_free(pointer.pointee)
                pointer.deallocate()
            case .list(let pointer):
                g_strfreev(pointer.pointee)
                pointer.deallocate()
            }
        }
    }

    /// An option without a value.
    package func addFlag(_ name: String, short: Character? = nil, help: String) {
        let pointer = UnsafeMutablePointer<gint>.allocate(capacity: 1)
        pointer.initialize(to: 0)
        add(name, short, G_OPTION_ARG_NONE, pointer, help, nil, .flag(pointer))
    }

    /// An option with a value; the last one counts.
    package func addText(_ name: String, short: Character? = nil, value: String, help: String) {
        let pointer = UnsafeMutablePointer<UnsafeMutablePointer<gchar>?>.allocate(capacity: 1)
        pointer.initialize(to: nil)
        add(name, short, G_OPTION_ARG_FILENAME, pointer, help, value, .text(pointer))
    }

    /// An option that may be given several times.
    package func addList(_ name: String, short: Character? = nil, value: String, help: String) {
        let pointer = UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<gchar>?>?>.allocate(capacity: 1)
        pointer.initialize(to: nil)
        add(name, short, G_OPTION_ARG_FILENAME_ARRAY, pointer, help, value, .list(pointer))
    }

    /// Takes in another library's group of options (transfer full), as GStreamer's.
    package func addGroup(_ group: OpaquePointer) { g_option_context_add_group(context, group) }

    /// Reads a command line. `--help` prints the help text and ends the process, as GOption does.
    ///
    /// - Parameters: the program's name as the help text is to show it; the arguments after it, as bytes.
    package func parse(program: String, _ arguments: [[CChar]]) throws(UsageError) -> Arguments {
        g_set_prgname(program)
        let vector = g_malloc0_n(gsize(arguments.count + 2), gsize(MemoryLayout<UnsafeMutablePointer<gchar>?>.stride))
        guard var vector = vector?.assumingMemoryBound(to: UnsafeMutablePointer<gchar>?.self) else {
            return Arguments()
        }
        vector[0] = g_strdup(program)
        for (index, argument) in arguments.enumerated() { vector[index + 1] = g_strdup(argument) }
        defer { g_strfreev(vector) }
        do {
            _ = try throwing { error in
                var moved: UnsafeMutablePointer<UnsafeMutablePointer<gchar>?>? = vector
                let result = g_option_context_parse_strv(context, &moved, error)
                if let moved { vector = moved }
                return result
            }
        } catch {
            throw UsageError(error.message + suggestion(for: arguments, in: error.message))
        }
        return try collect(operands: vector + 1)
    }

    /// Which option of ours an unknown one was meant to be.
    private func suggestion(for arguments: [[CChar]], in message: String) -> String {
        for argument in arguments {
            let text = String(decoding: argument.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            guard text.hasPrefix("--"), let option = text.split(separator: "=").first, message.contains(option) else {
                continue
            }
            let name = String(option.dropFirst(2))
            if let nearest = NameSuggestion.nearest(to: name, among: entries.map(\.name)), nearest != name {
                return "; did you mean '--\(nearest)'?"
            }
        }
        return ""
    }

    private func collect(
        operands: UnsafeMutablePointer<UnsafeMutablePointer<gchar>?>
    ) throws(UsageError) -> Arguments {
        var arguments = Arguments()
        for entry in entries {
            switch entry.storage {
            case .flag(let pointer): if pointer.pointee != 0 { arguments.flags.insert(entry.name) }
            case .text(let pointer):
                if let text = pointer.pointee { arguments.texts[entry.name] = try utf8(text, of: "--\(entry.name)") }
            case .list(let pointer):
                guard let list = pointer.pointee else { continue }
                arguments.lists[entry.name] = try texts(list, of: "--\(entry.name)")
            }
        }
        arguments.operands = try texts(operands, of: "an argument")
        return arguments
    }

    private func texts(
        _ vector: UnsafeMutablePointer<UnsafeMutablePointer<gchar>?>, of name: String
    ) throws(UsageError) -> [String] {
        var found: [String] = []
        var next = vector
        while let text = next.pointee {
            found.append(try utf8(text, of: name))
            next += 1
        }
        return found
    }

    private func utf8(_ text: UnsafePointer<gchar>, of name: String) throws(UsageError) -> String {
        guard let string = String(validatingCString: text) else {
            throw UsageError("the value of \(name) is not UTF-8")
        }
        return string
    }

    private func add(
        _ name: String, _ short: Character?, _ type: GOptionArg, _ data: UnsafeMutableRawPointer, _ help: String,
        _ value: String?, _ storage: Storage
    ) {
        entries.append(Entry(name: name, storage: storage))
        // GOption keeps the strings, and only copies the table: they stay for the life of the process.
        var table = [GOptionEntry(), GOptionEntry()]
        table[0].long_name = UnsafePointer(g_strdup(name))
        table[0].short_name = short.flatMap(\.asciiValue).map { gchar($0) } ?? 0
        table[0].arg = type
        table[0].arg_data = data
        table[0].description = UnsafePointer(g_strdup(help))
        table[0].arg_description = value.map { UnsafePointer(g_strdup($0)) }
        g_option_context_add_main_entries(context, table, nil)
    }
}
