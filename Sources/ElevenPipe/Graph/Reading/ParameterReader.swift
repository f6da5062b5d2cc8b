import GLib
import GStreamer
import YAML

/// Reads `parameters` and joins them with the values from outside.
struct ParameterReader {
    private static let keys = ["default", "description", "type", "required", "one-of"]

    let context: ReadingContext

    /// The parameters that the file declares; their values go to the context.
    func read(_ node: Node?, values: ParameterValues, file: String) -> [Graph.Parameter] {
        var parameters: [Graph.Parameter] = []
        if let node, !node.isNull {
            if let pairs = node.pairs, pairs.count > Limits.parameters {
                context.error(at: node.start, "more than \(Limits.parameters) parameters")
            } else if let pairs = node.pairs {
                parameters = pairs.compactMap(parameter)
            } else {
                context.error(at: node.start, "'parameters' holds 'name: default' lines, or 'name:' with its settings")
            }
        }
        context.declared = parameters.map(\.name)
        for parameter in parameters { resolve(parameter, values) }
        let place = node.map { SourceLocation($0.start) } ?? SourceLocation(file: file)
        for (name, setting) in values.values.sorted(by: { $0.key < $1.key }) where !context.declared.contains(name) {
            context.error(
                at: setting.location ?? place,
                "\(setting.origin): \(context.unknownParameter(name, among: context.declared))"
            )
        }
        return parameters
    }

    private func resolve(_ parameter: Graph.Parameter, _ values: ParameterValues) {
        let setting = values.values[parameter.name]
        guard let text = setting?.text ?? parameter.defaultValue else {
            let purpose = parameter.description.map { " (\($0))" } ?? ""
            let cure = values.usage == nil ? "with --set \(parameter.name)=VALUE" : "under 'with'"
            context.error(
                at: values.usage ?? parameter.location,
                "the parameter '\(parameter.name)'\(purpose) has no value: set it \(cure)"
            )
            return
        }
        if let problem = Self.problem(text, for: parameter) {
            context.error(
                at: setting?.location ?? parameter.location,
                "\(setting?.origin ?? "the default") of the parameter '\(parameter.name)': \(problem)"
            )
        } else {
            context.values[parameter.name] = text
        }
    }

    private static func problem(_ text: String, for parameter: Graph.Parameter) -> String? {
        if !parameter.choices.isEmpty, !parameter.choices.contains(text) {
            let nearest = NameSuggestion.nearest(to: text, among: parameter.choices).map { "; did you mean '\($0)'?" }
            return "\(Quotation.of(text)) is not one of \(parameter.choices.joined(separator: ", "))\(nearest ?? "")"
        }
        switch parameter.kind {
        case .string: return nil
        case .path: return text.isEmpty ? "an empty path" : nil
        case .integer: return Int64(text) == nil ? "\(Quotation.of(text)) is not a whole number" : nil
        case .number: return PropertySpec.decimal(text) == nil ? "\(Quotation.of(text)) is not a number" : nil
        case .boolean:
            return PropertySpec.boolean(text) == nil
                ? "\(Quotation.of(text)) is not a boolean: write true or false" : nil
        }
    }

    private func parameter(_ pair: Node.Pair) -> Graph.Parameter? {
        let name = pair.key.text ?? ""
        if Secrets.isName(name) {
            context.error(at: pair.key.start, Secrets.advice(name))
            return nil
        }
        if let problem = Names.problem(name, of: "parameter") { context.error(at: pair.key.start, problem) }
        var parameter = Graph.Parameter(name, location: SourceLocation(pair.key.start))
        if let settings = pair.value.pairs {
            read(settings, into: &parameter)
        } else if pair.value.items != nil {
            context.error(
                at: pair.value.start, "a parameter's default is one value; a text that begins with '[' needs quotes")
        } else if !pair.value.isNull {
            readDefault(pair.value, into: &parameter)
        }
        return parameter
    }

    private func read(_ settings: [Node.Pair], into parameter: inout Graph.Parameter) {
        for pair in settings {
            switch pair.key.text ?? "" {
            case "default": if !pair.value.isNull { readDefault(pair.value, into: &parameter) }
            case "description": parameter.description = pair.value.text
            case "type":
                guard let kind = pair.value.text.flatMap(Graph.Parameter.Kind.init) else {
                    let kinds = Graph.Parameter.Kind.allCases.map(\.rawValue)
                    context.error(at: pair.value.start, "a parameter's type is one of \(kinds.joined(separator: ", "))")
                    continue
                }
                parameter.kind = kind
            case "required": readRequired(pair.value, settings)
            case "one-of":
                let choices = pair.value.items?.map { context.literal($0, Self.refusal) }
                if let choices, !choices.isEmpty, !choices.contains(nil) {
                    parameter.choices = choices.compactMap(\.self)
                } else {
                    context.error(at: pair.value.start, "'one-of' is a list of values, as in [a, b]")
                }
            case let key:
                let words = alternatives(to: key, among: Self.keys, "there are")
                context.error(at: pair.key.start, "a parameter has no setting \(Quotation.of(key))\(words)")
            }
        }
    }

    private static let refusal =
        "a parameter's own settings cannot use parameters; a '${' that is meant as such is '$${'"

    private func readDefault(_ node: Node, into parameter: inout Graph.Parameter) {
        guard node.text != nil else {
            context.error(
                at: node.start, "a parameter's default is one value; a text that begins with '[' or '{' needs quotes")
            parameter.defaultValue = ""
            return
        }
        if node.isFollowedByComment, parameter.kind == .string {
            context.warning(at: SourceLocation(node.start), Advice.comment)
        }
        parameter.defaultValue = context.literal(node, Self.refusal) ?? ""
    }

    private func readRequired(_ node: Node, _ settings: [Node.Pair]) {
        let hasDefault = settings.contains { $0.key.text == "default" && !$0.value.isNull }
        switch node.text.flatMap(PropertySpec.boolean) {
        case nil: context.error(at: node.start, "'required' is true or false")
        case true?:
            if hasDefault {
                context.error(at: node.start, "a parameter with a default is never missing: leave one of the two out")
            }
        case false?:
            if !hasDefault { context.error(at: node.start, "a parameter that is not required needs a default") }
        }
    }
}

/// Sentences that several parts of the reader and the checker say.
enum Advice {
    static let comment = "what follows the '#' is a comment, not part of the text: quote the text"
}
