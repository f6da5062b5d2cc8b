import CYAML

/// Reads a YAML text into a tree of located nodes.
///
/// Stricter than YAML where a graph file gains from it: one document, keys that are texts and stand once, no tags, no
/// merge keys. Aliases are resolved; depth and expanded size have bounds, so no text makes a tree that cannot be walked.
package struct Reader {
    /// How deep collections may nest.
    package static let deepest = 64
    /// How many nodes a document may have once its aliases are resolved.
    package static let largest = 50_000

    /// Reads a text. Never throws: whatever is wrong is among the document's problems.
    package static func read(_ bytes: [UInt8], file: String) -> Document {
        do {
            let source = try SourceText(bytes, file: file)
            var reader = Reader(source: source)
            return reader.document()
        } catch {
            return Document(root: nil, problems: [error])
        }
    }

    private let source: SourceText
    private var anchors: [String: Node] = [:]
    private var openAnchors: Set<String> = []
    /// Anchors on unquoted texts, which may be texts that begin with '&'.
    private var unusedAnchors: [String: Place] = [:]
    private var problems: [Problem] = []
    private var total = 0

    private init(source: SourceText) { self.source = source }

    private mutating func document() -> Document {
        var root: Node?
        do {
            let parser = EventParser(source: source)
            while true {
                let event = try parser.next()
                switch event.kind {
                case .streamStart, .documentEnd: continue
                case .streamEnd:
                    refuseUnusedAnchors()
                    return Document(root: root, problems: problems)
                case .documentStart:
                    if root != nil {
                        throw Problem(
                            place: event.start,
                            message: "a second document begins here; a graph file holds one: remove the '---' or '...'"
                        )
                    }
                    root = try node(parser.next(), from: parser, depth: 0)
                default: throw Problem(place: event.start, message: "the document cannot be read from here on")
                }
            }
        } catch let problem as Problem {
            return Document(root: nil, problems: problems + [problem])
        } catch {
            return Document(root: nil, problems: problems)
        }
    }

    private mutating func node(_ event: Event, from parser: EventParser, depth: Int) throws(Problem) -> Node {
        guard depth <= Self.deepest else {
            throw Problem(place: event.start, message: "nested more than \(Self.deepest) levels deep")
        }
        if let tag = event.tag { refuse(tag: tag, at: event) }
        if case .alias(let name) = event.kind { return try resolved(name, at: event) }
        if let anchor = event.anchor { openAnchors.insert(anchor) }
        let node: Node
        switch event.kind {
        case .scalar(let text, let style):
            node = Node(
                content: .scalar(text, style), start: event.start, end: event.end, isFlow: false,
                isFollowedByComment: style == .plain && isFollowedByComment(event), size: 1
            )
        case .sequenceStart:
            node = try sequence(event, from: parser, depth: depth)
        case .mappingStart:
            node = try mapping(event, from: parser, depth: depth)
        default: throw Problem(place: event.start, message: "a value is missing here")
        }
        try count(1, at: event.start)
        if let anchor = event.anchor {
            anchors[anchor] = node
            if node.isPlain, !node.isNull { unusedAnchors[anchor] = event.start }
            openAnchors.remove(anchor)
        }
        return node
    }

    private mutating func sequence(_ start: Event, from parser: EventParser, depth: Int) throws(Problem) -> Node {
        var items: [Node] = []
        var event = try parser.next()
        while event.kind != .sequenceEnd {
            items.append(try node(event, from: parser, depth: depth + 1))
            event = try parser.next()
        }
        return Node(
            content: .sequence(items), start: start.start, end: event.end, isFlow: start.isFlow,
            isFollowedByComment: false, size: items.reduce(1) { $0 + $1.size }
        )
    }

    private mutating func mapping(_ start: Event, from parser: EventParser, depth: Int) throws(Problem) -> Node {
        var pairs: [Node.Pair] = []
        var places: [String: Place] = [:]
        var event = try parser.next()
        while event.kind != .mappingEnd {
            let key = try node(event, from: parser, depth: depth + 1)
            let value = try node(parser.next(), from: parser, depth: depth + 1)
            event = try parser.next()
            guard let name = key.text else {
                report(key.start, "a key must be a text; a text that begins with '\(opener(of: key))' needs quotes")
                continue
            }
            if name == "<<", key.isPlain {
                report(key.start, "merge keys ('<<') are not supported: write the keys out")
            } else if let first = places[name] {
                report(key.start, "the key '\(name)' stands here a second time; the first is in line \(first.line)")
            } else {
                places[name] = key.start
                pairs.append(Node.Pair(key: key, value: value))
            }
        }
        return Node(
            content: .mapping(pairs), start: start.start, end: event.end, isFlow: start.isFlow,
            isFollowedByComment: false, size: pairs.reduce(1) { $0 + $1.key.size + $1.value.size }
        )
    }

    private mutating func resolved(_ name: String, at event: Event) throws(Problem) -> Node {
        if openAnchors.contains(name) {
            throw Problem(place: event.start, message: "the alias '*\(name)' stands inside what it stands for")
        }
        guard let node = anchors[name] else {
            throw Problem(
                place: event.start,
                message: "'*\(name)' is read as an alias, and there is no anchor '&\(name)' before it;"
                    + " a text that begins with '*' needs quotes"
            )
        }
        try count(node.size, at: event.start)
        unusedAnchors[name] = nil
        return node
    }

    /// `&` silently swallows the first word of a text, so an anchor that nothing uses is taken for one.
    private mutating func refuseUnusedAnchors() {
        for (name, place) in unusedAnchors {
            report(
                place,
                "'&\(name)' is read as an anchor, and nothing uses it; a text that begins with '&' needs quotes"
            )
        }
    }

    private mutating func count(_ nodes: Int, at place: Place) throws(Problem) {
        total += nodes
        if total > Self.largest {
            throw Problem(place: place, message: "the file grows to more than \(Self.largest) values here")
        }
    }

    private mutating func refuse(tag: String, at event: Event) {
        report(
            event.start,
            "'\(tag)' is read as a YAML tag, and tags are not supported; a text that begins with '!' needs quotes"
        )
    }

    private mutating func report(_ place: Place, _ message: String) {
        problems.append(Problem(place: place, message: message))
    }

    private func opener(of node: Node) -> String { node.items == nil ? "{" : "[" }

    private func isFollowedByComment(_ event: Event) -> Bool {
        let rest = source.rest(after: event.end)
        guard let first = rest.first, first == " " || first == "\t" else { return false }
        return rest.first { $0 != " " && $0 != "\t" } == "#"
    }
}
