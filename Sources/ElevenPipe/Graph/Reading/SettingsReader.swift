import GStreamer
import YAML

/// Reads what holds for the whole file: `elevenlabs` and `playback`.
struct SettingsReader {
    let context: ReadingContext

    func service(_ node: Node) -> ServiceSettings {
        var settings = ServiceSettings()
        for pair in pairs(node, "elevenlabs") {
            let key = pair.key.text ?? ""
            if Secrets.isName(key) {
                context.error(at: pair.key.start, Secrets.advice(key))
                continue
            }
            switch key {
            case "base-url": settings.baseURL = text(pair, check: Self.addressProblem)
            case "api-key-env": settings.apiKeyEnvironment = text(pair, check: Self.variableProblem)
            case "api-key-file": settings.apiKeyFile = text(pair) { $0.isEmpty ? "is a file's path" : nil }
            default:
                if let property = PropertyReader(context: context).property(pair) { settings.defaults.append(property) }
            }
            if settings.apiKeyEnvironment != nil, settings.apiKeyFile != nil, key.hasPrefix("api-key-") {
                context.error(
                    at: pair.key.start, "'api-key-env' and 'api-key-file' exclude each other: the key comes from one")
            }
        }
        return settings
    }

    func playback(_ node: Node) -> PlaybackSettings {
        var settings = PlaybackSettings()
        for pair in pairs(node, "playback") {
            switch pair.key.text ?? "" {
            case "prebuffer": settings.prebuffer = time(pair)
            case "rebuffer": settings.rebuffer = time(pair)
            case "latency": settings.latency = time(pair)
            case let key:
                let words = alternatives(to: key, among: ["prebuffer", "rebuffer", "latency"], "there are")
                context.error(at: pair.key.start, "'playback' has no setting \(Quotation.of(key))\(words)")
            }
        }
        return settings
    }

    private func pairs(_ node: Node, _ name: String) -> [Node.Pair] {
        if node.isNull { return [] }
        if let pairs = node.pairs { return pairs }
        context.error(at: node.start, "'\(name)' holds 'setting: value' lines")
        return []
    }

    private func text(_ pair: Node.Pair, check: (String) -> String?) -> String? {
        if pair.value.isNull { return nil }
        let name = pair.key.text ?? ""
        guard pair.value.text != nil else {
            context.error(at: pair.value.start, "'\(name)' is a text")
            return nil
        }
        guard let text = context.filledIn(pair.value) else { return nil }
        if let problem = text.utf8.contains(0) ? "cannot hold NUL" : check(text) {
            context.error(at: pair.value.start, "'\(name)' \(problem)")
            return nil
        }
        return text
    }

    private static func addressProblem(_ text: String) -> String? {
        let isAddress = ["http://", "https://"].contains { text.lowercased().hasPrefix($0) && text.count > $0.count }
        return isAddress && !text.contains(where: \.isWhitespace)
            ? nil : "is an address, as in https://api.elevenlabs.io"
    }

    private static func variableProblem(_ text: String) -> String? {
        // Not repeated in the message: some write the key itself here.
        let isName = text.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
        }
        let startsWithDigit = text.utf8.first.map { (48...57).contains($0) } ?? true
        let looksLikeKey = text.utf8.count >= 32 && text == text.lowercased()
        return isName && !startsWithDigit && !looksLikeKey
            ? nil : "is the name of an environment variable, as in ELEVENLABS_API_KEY, not the key itself"
    }

    private func time(_ pair: Node.Pair) -> Duration? {
        if pair.value.isNull { return nil }
        guard pair.value.text == nil || context.filledIn(pair.value) != nil else { return nil }
        guard let text = context.filledIn(pair.value), let time = Duration(timeText: text) else {
            context.error(
                at: pair.value.start,
                "'\(pair.key.text ?? "")' is a time with its unit, from 0s to 3600s, as in 500ms or 1.5s"
            )
            return nil
        }
        return time
    }
}

extension Duration {
    /// A time as graph files write it: a number and `ms` or `s`.
    init?(timeText text: String) {
        let isMilliseconds = text.hasSuffix("ms")
        guard isMilliseconds || text.hasSuffix("s") else { return nil }
        var digits = text.dropLast(isMilliseconds ? 2 : 1)
        if digits.last == " " { digits = digits.dropLast() }
        guard let number = PropertySpec.decimal(String(digits)) else { return nil }
        let seconds = isMilliseconds ? number / 1000 : number
        guard (0...3600).contains(seconds) else { return nil }
        self = .microseconds(Int64((seconds * 1_000_000).rounded()))
    }

    /// The time as graph files write it.
    var timeText: String {
        let microseconds = components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
        if microseconds.isMultiple(of: 1000) { return "\(microseconds / 1000)ms" }
        return "\(Double(microseconds) / 1000)ms"
    }
}
