import GLib
import GStreamer

extension GraphChecker {
    /// Elements that exist, caps that are caps, properties that can be set.
    mutating func checkSteps() {
        for branch in graph.branches {
            for (index, step) in branch.steps.enumerated() {
                switch step {
                case .caps(let filter): checkCaps(filter)
                case .element(let element): check(element, taking: index == 0 ? branch.input?.sources ?? [] : [])
                case .module: break
                }
            }
        }
    }

    private static let mediaKinds: Set = [
        "application", "audio", "closedcaption", "image", "meta", "multipart", "other", "private", "subpicture", "text",
        "unknown", "video",
    ]

    private mutating func checkCaps(_ filter: Graph.CapsFilter) {
        // Any two words with a slash between them are caps to GStreamer, a path too.
        let types = Caps(filter.caps)?.mediaTypes ?? [""]
        let kinds = types.map { $0.prefix { $0 != "/" } }
        guard kinds.contains(where: { !Self.mediaKinds.contains(String($0)) }) else { return }
        error(
            at: filter.location,
            "\(Quotation.of(filter.caps)) is not caps, as in \"audio/x-raw,rate=16000\"; a file is read with"
                + " 'filesrc' and written with 'filesink'"
        )
    }

    private mutating func check(_ element: Graph.Element, taking sources: [Graph.Input.Source]) {
        guard let factory = catalogue.factory(element.factory) else {
            error(at: element.location, unknown(element))
            return
        }
        guard factory.isLoadable else {
            error(
                at: element.location,
                "the element '\(element.factory)' is installed, but its plugin '\(factory.plugin ?? "")' cannot be loaded"
            )
            return
        }
        var inspection: ElementInspection?
        var seen: Set<String> = []
        for property in element.properties {
            if !seen.insert(property.name).inserted {
                error(at: property.location, "the property '\(property.name)' is set twice")
            }
            if property.name.contains("::") {
                if inspection == nil { inspection = ElementInspection(factory: element.factory) }
                checkChild(property, of: element, inspection)
            } else {
                check(property, of: element.factory)
            }
        }
        checkPads(of: element, factory, taking: sources)
    }

    private func unknown(_ element: Graph.Element) -> String {
        let name = element.factory
        if let package = PackageTable.package(of: name) {
            return "the element '\(name)' is not installed: it is in the Debian package \(package)"
        }
        if name.isEmpty { return "an element without a name" }
        if element.properties.isEmpty, graph.branches.contains(where: { $0.name == name }) {
            return "'\(name)' is a branch, not an element: write '- from: \(name)' as the first step"
        }
        let suggestion = catalogue.suggestion(for: name).map { "; did you mean '\($0)'?" } ?? ""
        return "there is no element \(Quotation.of(name))\(suggestion)"
    }

    /// As many input pads can have properties as there are links into the element.
    private mutating func checkPads(
        of element: Graph.Element, _ factory: ElementFactory, taking sources: [Graph.Input.Source]
    ) {
        let pads = InputPads.named(by: element, factory)
        guard let first = pads.first?.pad else { return }
        let numbered = pads.map(\.pad).first { $0.last?.isNumber == true } ?? first
        let several = InputPads.numbered(numbered, for: sources.map(\.inputPad)).compactMap(\.self)
        let linked = sources.count > 1 ? several : [first]
        for (pad, property) in pads where !linked.contains(pad) && (sources.count <= 1 || pad.last?.isNumber == true) {
            error(
                at: property.location,
                "nothing would be linked to '\(pad)': what comes in goes to \(linked.joined(separator: ", "))"
            )
        }
    }

    private mutating func checkChild(
        _ property: Graph.Property, of element: Graph.Element, _ inspection: ElementInspection?
    ) {
        guard let inspection else {
            error(at: property.location, "the element '\(element.factory)' cannot be made")
            return
        }
        do {
            let target = try inspection.target(property.name)
            check(property, target.spec, of: element.factory)
        } catch {
            self.error(at: property.location, "'\(property.name)' of '\(element.factory)': \(error)")
        }
    }

    private mutating func check(_ property: Graph.Property, of factory: String) {
        guard let spec = catalogue.property(property.name, of: factory) else {
            error(at: property.location, unknown(property, of: factory))
            return
        }
        check(property, spec, of: factory)
    }

    mutating func check(_ property: Graph.Property, _ spec: PropertySpec, of factory: String) {
        if spec.isText, property.isFollowedByComment {
            warning(
                at: property.valueLocation,
                property.value == .unset
                    ? "the value is empty: what follows the '#' is a comment; a text that begins with '#' needs quotes"
                    : Advice.comment
            )
        }
        guard let input = PropertyInput(property.value) else { return }
        do throws(PropertyFailure) {
            try spec.requireSettable()
            _ = try spec.value(from: input)
        } catch {
            self.error(at: property.valueLocation, "'\(property.name)' of '\(factory)': \(error)")
        }
    }

    private func unknown(_ property: Graph.Property, of factory: String) -> String {
        let name = Quotation.of(property.name)
        if property.value == .unset, property.name.contains(where: { $0 == " " || $0 == "=" || $0.isUppercase }) {
            return
                "\(name) is read as a property of its own: an unquoted comma ended the text before it; quote the text"
        }
        let names = catalogue.properties(factory).map(\.name)
        if let nearest = NameSuggestion.nearest(to: property.name, among: names) {
            return "'\(factory)' has no property \(name); did you mean '\(nearest)'?"
        }
        if property.value == .unset {
            return "'\(factory)' has no property \(name); if it belongs to a text, quote the text: a comma ends it"
        }
        return "'\(factory)' has no property \(name); it has \(names.joined(separator: ", "))"
    }

    /// Defaults for the service's elements: each must be a property of one of them.
    mutating func checkServiceDefaults() {
        let installed = ServiceElements.factories.filter { catalogue.factory($0) != nil }
        for property in graph.service.defaults {
            let owner = installed.first { catalogue.property(property.name, of: $0) != nil }
            if let owner, let spec = catalogue.property(property.name, of: owner) {
                check(property, spec, of: owner)
                continue
            }
            let settings = ["base-url", "api-key-env", "api-key-file"]
            let names = settings + installed.flatMap { catalogue.properties($0).map(\.name) }
            let nearest = NameSuggestion.nearest(to: property.name, among: names).map { "; did you mean '\($0)'?" }
            error(
                at: property.location,
                "'elevenlabs' has no setting \(Quotation.of(property.name))\(nearest ?? ": no element of the service has such a property")"
            )
        }
    }
}

extension ElementFactory {
    /// Whether a name is one of an input pad that is made when it is asked for.
    func requestInput(named name: String) -> Bool {
        templates(.sink).contains { $0.presence == .request && PadTemplate.name(name, fits: $0.name) }
    }
}

extension PropertyInput {
    /// Nil where the property is to keep its value.
    init?(_ value: Graph.Value) {
        switch value {
        case .unset: return nil
        case .text(let text): self = .text(text)
        case .list(let items): self = .list(items.map { PropertyInput($0) ?? .text("") })
        case .automation(let points): self = .automation(points.map { Point(time: $0.time, value: $0.value) })
        }
    }
}
