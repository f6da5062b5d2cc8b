import CYAML

/// One parsing event of libyaml as a Swift value.
struct Event {
    enum Kind: Equatable {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        case scalar(String, Node.Style)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    let kind: Kind
    let start: Place
    let end: Place
    var anchor: String?
    var tag: String?
    var isFlow = false
}

/// libyaml's parser, event by event. Its memory lives and dies with this object.
final class EventParser {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let source: SourceText

    init(source: SourceText) {
        self.source = source
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        yaml_parser_initialize(parser)
        // The parser reads the input until the end of its life, so the input lives as long.
        input = .allocate(capacity: max(1, source.utf8.count))
        _ = input.initialize(from: source.utf8)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, source.utf8.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    func next() throws(Problem) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) != 0 else { throw syntaxProblem() }
        defer { yaml_event_delete(&event) }
        let start = place(event.start_mark)
        let end = place(event.end_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return Event(kind: .streamStart, start: start, end: end)
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, start: start, end: end)
        case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, start: start, end: end)
        case YAML_ALIAS_EVENT:
            return Event(kind: .alias(string(event.data.alias.anchor) ?? ""), start: start, end: end)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = scalar.value.map {
                String(decoding: UnsafeBufferPointer(start: $0, count: scalar.length), as: UTF8.self)
            }
            let style: Node.Style =
                switch scalar.style {
                case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
                case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
                default: .plain
                }
            return Event(
                kind: .scalar(text ?? "", style), start: start, end: end, anchor: string(scalar.anchor),
                tag: string(scalar.tag)
            )
        case YAML_SEQUENCE_START_EVENT:
            let sequence = event.data.sequence_start
            return Event(
                kind: .sequenceStart, start: start, end: end, anchor: string(sequence.anchor),
                tag: string(sequence.tag), isFlow: sequence.style == YAML_FLOW_SEQUENCE_STYLE
            )
        case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, start: start, end: end)
        case YAML_MAPPING_START_EVENT:
            let mapping = event.data.mapping_start
            return Event(
                kind: .mappingStart, start: start, end: end, anchor: string(mapping.anchor),
                tag: string(mapping.tag), isFlow: mapping.style == YAML_FLOW_MAPPING_STYLE
            )
        case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, start: start, end: end)
        default: return Event(kind: .streamEnd, start: start, end: end)
        }
    }

    private func syntaxProblem() -> Problem {
        let state = parser.pointee
        if state.error == YAML_MEMORY_ERROR {
            return Problem(place: Place(file: source.file, line: 1, column: 1), message: "out of memory")
        }
        let mark = place(state.problem_mark)
        let context = state.context.map { String(cString: $0) }
        return SyntaxAdvice(
            source: source,
            problem: state.problem.map { String(cString: $0) } ?? "the text cannot be read",
            place: mark,
            context: context ?? "",
            contextPlace: context == nil ? mark : place(state.context_mark)
        ).problemInWords
    }

    private func place(_ mark: yaml_mark_t) -> Place {
        Place(file: source.file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}
