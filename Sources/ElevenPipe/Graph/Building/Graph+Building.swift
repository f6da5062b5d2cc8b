/// A branch of a graph; see ``Graph/Branch``.
public typealias Branch = Graph.Branch

/// A step of a branch; see ``Graph/Step``.
public typealias Step = Graph.Step

extension Graph {
    /// Makes a graph of branches.
    ///
    /// ```swift
    /// let graph = Graph("two-ways") {
    ///     Branch("speech") {
    ///         Step.elevenlabstts(text: "Hello.", voiceID: "JBFqnCBsd6RMkjVDRZzb")
    ///         Step.decodebin()
    ///     }
    ///     Branch("speaker", from: "speech") {
    ///         Step.autoaudiosink()
    ///     }
    ///     Branch("file", from: "speech") {
    ///         "wavenc"
    ///         Step.filesink(location: "hello.wav")
    ///     }
    /// }
    /// ```
    /// It is the value that a graph file gives, and ``checked()`` holds it against the same rules; what that finds names the
    /// file and line of the Swift source.
    /// - Parameters:
    ///   - name: the graph's name, for people.
    ///   - service: what holds for all requests to the service.
    ///   - playback: how playback waits for the network.
    ///   - insertion: what the engine may put in.
    ///   - branches: the branches, in any order.
    public init(
        _ name: String? = nil, service: ServiceSettings = ServiceSettings(),
        playback: PlaybackSettings = PlaybackSettings(), insertion: Insertion = .automatic,
        @GraphBuilder branches: () throws -> [Branch]
    ) rethrows {
        self.init(
            name: name, branches: try branches(), service: service, playback: playback, insertion: insertion)
    }
}

extension Graph.Branch {
    /// Makes a branch of steps, in data's order.
    /// - Parameters:
    ///   - name: the branch's name.
    ///   - input: the branch that it takes its input from, or several; nil where its first step is a source.
    ///   - steps: the steps.
    public init(
        _ name: String, from input: Graph.Input? = nil, @BranchBuilder steps: () throws -> [Graph.Step]
    ) rethrows {
        self.init(name, from: input, steps: try steps())
    }

    func placed(at location: SourceLocation) -> Graph.Branch {
        guard self.location == .code else { return self }
        var branch = self
        branch.location = location
        branch.input = input?.placed(at: location)
        return branch
    }
}

extension Graph.Input: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// The end of one branch, or one of its pads: `branch`, `branch.pad` or `element.pad`.
    public init(stringLiteral name: String) { self.init([Source(stringLiteral: name)]) }

    /// Several sources, in the order in which input pads are asked for.
    public init(arrayLiteral sources: Source...) { self.init(sources) }
}

extension Graph.Input {
    fileprivate func placed(at location: SourceLocation) -> Graph.Input {
        var input = self
        if self.location == .code { input.location = location }
        input.sources = sources.map { source in
            guard source.location == .code else { return source }
            var source = source
            source.location = location
            source.properties = source.properties.placed(at: location)
            return source
        }
        return input
    }
}

extension Graph.Input.Source: ExpressibleByStringLiteral {
    /// The end of a branch, or an output pad, as a graph file names it: `branch`, `branch.pad` or `element.pad`.
    public init(stringLiteral name: String) {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        self.init(parts.first ?? name, pad: parts.count > 1 ? parts[1] : nil)
    }

    /// A source with properties of the input pad that it goes to, as a mixer's `volume`.
    /// - Parameters:
    ///   - name: `branch`, `branch.pad` or `element.pad`.
    ///   - inputPad: the input pad, or the template of input pads; nil where the engine may choose.
    ///   - stall: what happens where the source gives nothing in time.
    ///   - properties: by name.
    public init(
        _ name: String, inputPad: String? = nil, stall: Stall = .wait, _ properties: KeyValuePairs<String, Graph.Value>
    ) {
        self.init(stringLiteral: name)
        self.inputPad = inputPad
        self.stall = stall
        self.properties = properties.map { Graph.Property($0.key, $0.value) }
    }
}

extension [Graph.Property] {
    func placed(at location: SourceLocation) -> [Graph.Property] {
        map { property in
            guard property.location == .code else { return property }
            var property = property
            property.location = location
            property.valueLocation = location
            return property
        }
    }
}
