import ElevenLabs
import GLib

/// A request for speech that has the right form: what the service's validation lets through before it asks who sent it.
/// Whether it can be done is asked later.
struct SpeechCall: AudioCall {
    var voiceID: String
    /// Whether the answer is streamed, and whether it carries the times of its characters.
    var (streams, isTimed) = (true, false)
    var text: String
    var model: Model
    var outputFormat: String
    var seed: Int?
    var style: Double?
    var speed: Double?
    var dictionaryIDs: [String]
    var previousRequestIDs: [String]
    var nextRequestIDs: [String]
    var isStitched: Bool
    var previousText: String?
    var effects: JSONValue?
    var optimizeStreamingLatency: Int?

    /// - Throws: ``Refusal/validation(_:)`` with everything that has the wrong form.
    init(_ call: Call, voiceID: String, streams: Bool = true, isTimed: Bool = false) throws(Refusal) {
        var reader = FieldReader()
        (self.streams, self.isTimed) = (streams, isTimed)
        self.voiceID = voiceID
        _ = reader.bool(call.query("enable_logging").map(JSONValue.string), at: "query", "enable_logging")
        optimizeStreamingLatency = reader.integer(
            call.query("optimize_streaming_latency").map(JSONValue.string), at: "query", "optimize_streaming_latency"
        )
        outputFormat = call.query("output_format") ?? OutputFormat.standard.rawValue

        let body = try Self.body(of: call)
        text = reader.requiredString(body, "text") ?? ""
        model = reader.string(body["model_id"], at: "body", "model_id").map(Model.init(rawValue:)) ?? .standard
        _ = reader.string(body["language_code"], at: "body", "language_code")
        let settings = reader.object(body["voice_settings"], at: "body", "voice_settings")
        for name in ["stability", "similarity_boost"] {
            _ = reader.number(settings?[name], in: 0...1, at: "body", "voice_settings", name)
        }
        style = reader.number(settings?["style"], at: "body", "voice_settings", "style")
        speed = reader.number(settings?["speed"], at: "body", "voice_settings", "speed")
        _ = reader.bool(settings?["use_speaker_boost"], at: "body", "voice_settings", "use_speaker_boost")
        let locators = reader.objects(
            body["pronunciation_dictionary_locators"], at: "body", "pronunciation_dictionary_locators"
        )
        dictionaryIDs = (locators ?? []).map { $0["pronunciation_dictionary_id"]?.string ?? "" }
        seed = reader.integer(body["seed"], at: "body", "seed")
        previousText = reader.string(body["previous_text"], at: "body", "previous_text")
        let nextText = reader.string(body["next_text"], at: "body", "next_text")
        let previousIDs = reader.strings(body["previous_request_ids"], at: "body", "previous_request_ids")
        let nextIDs = reader.strings(body["next_request_ids"], at: "body", "next_request_ids")
        isStitched = previousText != nil || nextText != nil || previousIDs != nil || nextIDs != nil
        previousRequestIDs = previousIDs ?? []
        nextRequestIDs = nextIDs ?? []
        _ = reader.choice(
            body["apply_text_normalization"], of: ["auto", "on", "off"], at: "body", "apply_text_normalization"
        )
        for name in ["apply_language_text_normalization", "use_pvc_as_ivc"] {
            _ = reader.bool(body[name], at: "body", name)
        }
        effects = reader.object(body["audio_effects"], at: "body", "audio_effects")
        guard reader.findings.isEmpty else { throw .validation(reader.findings) }
    }

    /// The body as JSON: an object, sent as JSON or with no type at all.
    private static func body(of call: Call) throws(Refusal) -> JSONValue {
        let bytes = call.body.array
        guard !bytes.isEmpty else { throw finding("missing", [.name("body")], "Field required", .null) }
        let type = call.headers("content-type")?.lowercased().prefix { $0 != ";" && $0 != " " } ?? "application/json"
        let value: JSONValue
        if type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json")) {
            do {
                value = try JSONValue(parsing: bytes)
            } catch {
                throw finding(
                    "json_invalid", [.name("body"), .index(error.offset)], "JSON decode error", [:],
                    ["error": "not JSON at this place"]
                )
            }
        } else {
            value = .string(String(decoding: bytes.prefix(1000), as: UTF8.self))
        }
        if case .object = value { return value }
        throw finding("model_attributes_type", [.name("body")], FieldReader.notAnObject, value)
    }

    private static func finding(
        _ type: String, _ path: [ValidationFinding.Step], _ message: String, _ input: JSONValue,
        _ context: [String: JSONValue]? = nil
    ) -> Refusal {
        .validation([ValidationFinding(type: type, path: path, message: message, input: input, context: context)])
    }
}
