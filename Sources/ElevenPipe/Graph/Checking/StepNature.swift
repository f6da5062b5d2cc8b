import GStreamer

/// What a step takes and gives, as far as it is known before anything runs.
struct StepNature {
    /// The step as messages name it.
    let label: String
    /// What it takes; nil where it takes nothing.
    let input: Caps?
    let inputs: [PadTemplate]
    private(set) var outputs: [PadTemplate]
    /// Whether what comes in goes out, whatever it is.
    let isTransparent: Bool
    /// Whether it passes on what comes in at any of its inputs, as `concat` and `funnel` do.
    let isJoin: Bool
    /// The caps that a filter lets pass.
    let filter: Caps?
    let factory: String
    private let classification: String

    /// Nil where the element is not installed or the caps are none: both are told elsewhere.
    init?(_ step: Graph.Step, _ catalogue: Catalogue) {
        switch step {
        case .module: return nil
        case .caps(let filter):
            guard let caps = Caps(filter.caps) else { return nil }
            self.init(filter: caps, label: filter.caps, catalogue)
        case .element(let element):
            if element.factory == "capsfilter", let caps = Self.capsProperty(of: element) {
                self.init(filter: caps, label: "capsfilter", catalogue)
                return
            }
            guard let factory = catalogue.factory(element.factory) else { return nil }
            self.init(factory)
        }
    }

    private init(_ factory: ElementFactory) {
        label = factory.name
        self.factory = factory.name
        inputs = factory.templates(.sink)
        outputs = factory.templates(.source)
        input = Self.together(inputs)
        let isAnything = !inputs.isEmpty && !outputs.isEmpty && (inputs + outputs).allSatisfy { $0.caps.isAny }
        isJoin =
            isAnything && inputs.allSatisfy { $0.presence == .request } && outputs.map(\.presence) == [.always]
        isTransparent =
            isJoin
            || isAnything && outputs.allSatisfy { $0.presence != .sometimes }
                && inputs.contains { $0.presence == .always }
        filter = nil
        classification = factory.classification
    }

    private static func together(_ templates: [PadTemplate]) -> Caps? {
        guard let first = templates.first else { return nil }
        return templates.dropFirst().reduce(first.caps) { $0.union($1.caps) }
    }

    private init(filter: Caps, label: String, _ catalogue: Catalogue) {
        self.label = label
        self.filter = filter
        input = filter
        inputs = catalogue.factory("capsfilter")?.templates(.sink) ?? []
        outputs = catalogue.factory("capsfilter")?.templates(.source) ?? []
        isTransparent = false
        isJoin = false
        factory = "capsfilter"
        classification = "Generic"
    }

    private static func capsProperty(of element: Graph.Element) -> Caps? {
        guard case .text(let text) = element.properties.first(where: { $0.name == "caps" })?.value else { return nil }
        return Caps(text)
    }

    /// Whether a branch can begin with it.
    var canStart: Bool {
        inputs.isEmpty || (inputs.allSatisfy { $0.presence != .always } && classification.contains("Source"))
    }

    /// Whether raw audio is meant to go in. By their templates, elements for video alone and decoders take anything.
    var takesRawAudio: Bool {
        guard let input, input.allowsRawAudio, !isDecoder else { return false }
        return !input.isAny || !classification.contains("Video") || classification.contains("Audio")
    }

    /// Whether it takes more than one stream.
    var takesSeveral: Bool {
        inputs.count > 1 || inputs.contains { $0.presence == .request && $0.name.contains("%") }
    }

    /// Whether several streams of raw audio become one: a mixer or an interleaver.
    var mixesRawAudio: Bool {
        takesSeveral && inputs.allSatisfy { $0.caps.isRawAudio } && outputs.map(\.presence) == [.always]
            && outputs.allSatisfy { $0.caps.isRawAudio }
    }

    /// Whether each of its inputs is one channel of its output.
    var interleaves: Bool {
        mixesRawAudio && inputs.allSatisfy { $0.caps.channels == 1 }
    }

    /// Whether it gives nothing before it has taken everything: ours that do, and those of others that say so in their class.
    var holdsEverything: Bool {
        ServiceElements.holdingFactories.contains(factory) || classification.split(separator: "/").contains("Spool")
    }

    /// The output pad, or the template of output pads, of a name.
    func output(named name: String) -> PadTemplate? { outputs.first { $0.isMeant(by: name) } }

    /// The input pad, or the template of input pads, of a name.
    func input(named name: String) -> PadTemplate? { inputs.first { $0.isMeant(by: name) } }

    /// Its nature to whoever takes from one of its pads.
    func giving(_ template: PadTemplate) -> StepNature {
        var nature = self
        nature.outputs = [template]
        return nature
    }

    var isConverter: Bool { factory == "audioconvert" || factory == "audioresample" }

    /// Whether it finds out by itself what comes in and decodes that.
    var isDecoder: Bool { classification.contains("Decoder") && input.map(\.isAny) ?? false }

    /// Whether its pads appear while it runs, with decoded audio perhaps.
    var givesDecodedPads: Bool {
        guard hasSometimesPads else { return false }
        return outputs.allSatisfy { $0.caps.isRawAudio }
            || (classification.contains("Decoder") && outputs.contains { $0.caps.isAny || $0.caps.isRawAudio })
    }

    var hasSometimesPads: Bool {
        !outputs.contains { $0.presence == .always } && outputs.contains { $0.presence == .sometimes }
    }

    /// Whether it has an output pad for everyone who asks.
    var givesToMany: Bool { outputs.contains { $0.presence == .request } }

    /// The caps of all output pads together, where the templates say anything.
    var output: Caps? {
        let caps = Self.together(outputs)
        return caps?.isAny == true ? nil : caps
    }
}

extension PadTemplate {
    /// Whether a name is this template's own or that of a pad made of it.
    func isMeant(by name: String) -> Bool { name == self.name || Self.name(name, fits: self.name) }
}
