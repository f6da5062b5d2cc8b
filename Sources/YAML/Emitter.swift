import CYAML

/// What an ``Emitter`` writes: a tree of texts, lists and mappings, without places.
package indirect enum Tree: Sendable, Equatable {
    case text(String)
    case null
    /// A list; in brackets on one line where asked for.
    case list([Tree], isFlow: Bool = false)
    case map([(key: String, value: Tree)])

    package static func == (left: Tree, right: Tree) -> Bool {
        switch (left, right) {
        case (.text(let left), .text(let right)): left == right
        case (.null, .null): true
        case (.list(let left, _), .list(let right, _)): left == right
        case (.map(let left), .map(let right)):
            left.count == right.count
                && zip(left, right).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        default: false
        }
    }
}

/// Writes YAML with libyaml, so that every text is read back exactly as it was.
package enum Emitter {
    /// The tree as a YAML text, in block style, indented by two.
    package static func text(of tree: Tree) -> String {
        let session = EmitterSession()
        session.write(tree)
        return session.finish()
    }

    /// Whether a text stands safely without quotes for every YAML reader, ours and those of other people.
    static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.isLetterOrDigit || first == "/" || first == "." else {
            return false
        }
        let isSafe = text.unicodeScalars.allSatisfy { $0.isLetterOrDigit || "-_./,=+".unicodeScalars.contains($0) }
        return isSafe && !reservedWords.contains(text.lowercased())
    }

    /// Words that YAML readers, of 1.1 or 1.2, take for something else than a text.
    private static let reservedWords: Set<String> = ["null", "y", "n", ".nan", ".inf"]
}

extension Unicode.Scalar {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }
}

/// One use of libyaml's emitter.
private final class EmitterSession {
    private let emitter: UnsafeMutablePointer<yaml_emitter_t>
    private var output: [UInt8] = []

    init() {
        emitter = .allocate(capacity: 1)
        emitter.initialize(to: yaml_emitter_t())
        yaml_emitter_initialize(emitter)
        // Unretained: libyaml calls back only inside `write` and `finish`, while this object is alive.
        yaml_emitter_set_output(
            emitter,
            { data, bytes, count in
                guard let data, let bytes else { return 0 }
                let session = Unmanaged<EmitterSession>.fromOpaque(data).takeUnretainedValue()
                session.output.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
                return 1
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
        yaml_emitter_set_encoding(emitter, YAML_UTF8_ENCODING)
        yaml_emitter_set_unicode(emitter, 1)
        // Without a width texts are never folded, so one text is one line.
        yaml_emitter_set_width(emitter, -1)
        yaml_emitter_set_indent(emitter, 2)
        emit { yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
        emit { yaml_document_start_event_initialize($0, nil, nil, nil, 1) }
    }

    deinit {
        yaml_emitter_delete(emitter)
        emitter.deallocate()
    }

    func finish() -> String {
        emit { yaml_document_end_event_initialize($0, 1) }
        emit { yaml_stream_end_event_initialize($0) }
        yaml_emitter_flush(emitter)
        return String(decoding: output, as: UTF8.self)
    }

    func write(_ tree: Tree) {
        switch tree {
        case .null: scalar("null", style: YAML_PLAIN_SCALAR_STYLE)
        case .text(let text):
            scalar(text, style: Emitter.isPlain(text) ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE)
        case .list(let items, let isFlow):
            let style = isFlow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE
            emit { yaml_sequence_start_event_initialize($0, nil, nil, 1, style) }
            for item in items { write(item) }
            emit { yaml_sequence_end_event_initialize($0) }
        case .map(let pairs):
            emit { yaml_mapping_start_event_initialize($0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE) }
            for pair in pairs {
                write(.text(pair.key))
                write(pair.value)
            }
            emit { yaml_mapping_end_event_initialize($0) }
        }
    }

    private func scalar(_ text: String, style: yaml_scalar_style_t) {
        var bytes = Array(text.utf8)
        let count = Int32(clamping: bytes.count)
        // libyaml refuses a null pointer, which an empty array may give.
        bytes.append(0)
        bytes.withUnsafeBufferPointer { buffer in
            emit { yaml_scalar_event_initialize($0, nil, nil, buffer.baseAddress, count, 1, 1, style) }
        }
    }

    private func emit(_ initialise: (UnsafeMutablePointer<yaml_event_t>) -> Int32) {
        var event = yaml_event_t()
        guard initialise(&event) != 0 else { return }
        // Emitting takes the event over, also where it fails.
        yaml_emitter_emit(emitter, &event)
    }
}
