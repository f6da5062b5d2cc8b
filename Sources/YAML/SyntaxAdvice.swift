/// What libyaml's scanner and parser complain about, in words that say what to do.
///
/// libyaml names the place where it could not go on; the mistake is mostly a missing quote before it. The line is looked
/// at for the mistakes that everybody makes.
struct SyntaxAdvice {
    let source: SourceText
    let problem: String
    let place: Place
    let context: String
    let contextPlace: Place

    var problemInWords: Problem {
        if let line = [place.line, contextPlace.line].first(where: isIndentedByTab) {
            let column = source.line(line).firstIndex(of: "\t").map { $0 + 1 } ?? 1
            return problem(
                "a tab in the indent: YAML indents with spaces", Place(file: place.file, line: line, column: column))
        }
        if context.contains("quoted scalar") { return quoteProblem }
        if context.contains("an alias") || context.contains("an anchor") {
            return leading("a text cannot begin with '*' or '&' without quotes")
        }
        if context.contains("a tag") { return leading("a text cannot begin with '!' without quotes") }
        if context.contains("directive") {
            return leading("a line cannot begin with '%'; a text that begins with '%' needs quotes")
        }
        if context.contains("block scalar") {
            return problem("after '|' or '>' the text begins on the next line, indented with spaces", place)
        }
        if problem.contains("cannot start any token") { return tokenProblem }
        if problem.contains("mapping values are not allowed") { return colonProblem }
        if context.contains("flow") { return flowProblem }
        if problem.contains("expected key") || problem.contains("expected '-'") { return keyProblem }
        if problem.contains("could not find expected ':'") {
            return problem("a line without 'key: value' where one must stand", contextPlace)
        }
        if problem.contains("sequence entries are not allowed") {
            return problem("a '-' cannot stand here: begin the list on a line of its own, or quote the text", place)
        }
        if problem.contains("document start") {
            return problem("the text goes on after the end of the document: check the indent of this line", place)
        }
        return problem(context.isEmpty ? problem : "\(problem) (\(context))", place)
    }

    private var quoteProblem: Problem {
        if problem.contains("escape") || problem.contains("hexdecimal") {
            return problem("not an escape YAML knows; in single quotes a backslash is just a backslash", place)
        }
        return problem("the quote that opens here is never closed", contextPlace)
    }

    private var tokenProblem: Problem {
        switch source.rest(after: place).first {
        case "\t": problem("a tab cannot stand here: YAML indents with spaces", place)
        case .some(let character): problem("a text cannot begin with '\(character)' without quotes", place)
        case nil: problem("a text that begins like this needs quotes", place)
        }
    }

    private var colonProblem: Problem {
        let before = source.line(place.line).prefix(max(0, place.column - 1))
        if separators(in: before) > 0 {
            return problem("': ' inside a text without quotes: put the text in quotes", place)
        }
        return problem(
            "'key: value' cannot stand here: check the indent of this line and the end of the one before", place)
    }

    private var flowProblem: Problem {
        let lines = (contextPlace.line...max(contextPlace.line, place.line)).prefix(200)
        for line in lines {
            if let column = bareParameter(in: source.line(line)) {
                return problem(
                    "'${…}' inside braces or brackets needs quotes, as in {text: \"${text}\"}",
                    Place(file: place.file, line: line, column: column)
                )
            }
        }
        let opener = source.rest(after: contextPlace).first.map(String.init) ?? "{"
        if place.line != contextPlace.line || source.rest(after: place).isEmpty {
            return problem("the '\(opener)' that opens here is never closed", contextPlace)
        }
        return problem(
            "expected ',' or '\(opener == "[" ? "]" : "}")' here:"
                + " a text with quotes, brackets or braces in it needs quotes around all of it", place
        )
    }

    private var keyProblem: Problem {
        let line = source.line(place.line)
        let before = line.prefix(max(0, place.column - 1))
        guard let value = valueStart(in: before), let first = value.first else {
            return problem("the indent of this line does not fit the lines around it", place)
        }
        switch first {
        case "[", "{":
            return problem("a text that begins with '\(first)' needs quotes", placeOf(value, in: place.line))
        case "\"", "'":
            return problem("the text goes on after its closing quote: put quotes around all of it", place)
        case "*", "&":
            return problem("a text that begins with '\(first)' needs quotes", placeOf(value, in: place.line))
        default:
            return problem("the indent of this line does not fit the lines around it", place)
        }
    }

    private func problem(_ message: String, _ place: Place) -> Problem { Problem(place: place, message: message) }

    private func leading(_ message: String) -> Problem { problem(message, contextPlace) }

    private func placeOf(_ part: ArraySlice<Unicode.Scalar>, in line: Int) -> Place {
        Place(file: place.file, line: line, column: part.startIndex + 1)
    }

    private func isIndentedByTab(_ line: Int) -> Bool {
        source.line(line).prefix { $0 == " " || $0 == "\t" }.contains("\t")
    }

    /// How many `: ` a piece of a line has.
    private func separators(in line: ArraySlice<Unicode.Scalar>) -> Int {
        zip(line, line.dropFirst()).count { $0 == ":" && $1 == " " }
    }

    /// What stands after `key: ` or `- ` in a line.
    private func valueStart(in line: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar>? {
        let content = line.drop { $0 == " " || $0 == "-" }
        guard let colon = content.indices.first(where: { content[$0] == ":" && line[($0 + 1)...].first == " " })
        else { return content.isEmpty ? nil : content }
        return line[(colon + 1)...].drop { $0 == " " }
    }

    /// The column of a `${` outside of quotes.
    private func bareParameter(in line: [Unicode.Scalar]) -> Int? {
        var quote: Unicode.Scalar?
        for (index, character) in line.enumerated() {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "$", line.dropFirst(index + 1).first == "{" {
                return index + 1
            }
        }
        return nil
    }
}
