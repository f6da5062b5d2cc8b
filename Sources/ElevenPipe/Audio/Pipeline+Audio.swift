import GStreamer

extension Pipeline {
    /// PCM audio out of the running pipeline: adds a consumer to a branch, as another branch with `from` would be, and gives
    /// what comes to it. Call it before ``run()``, and read while that is under way (`async let run = pipeline.run()`): a
    /// pipeline that waits for its reader does not end before everything is read.
    ///
    /// The samples are those that a file written by a branch in the same place would hold. Where the branch gives another format
    /// it is converted; a branch of encoded audio needs a decoder first (`decodebin`). A branch that only the program takes from
    /// needs no sink: make the pipeline with ``init(_:engine:options:)-(Graph,_,_)``, which leaves open ends to the program.
    ///
    /// - Parameters:
    ///   - branch: the branch, or `branch.pad` or `element.pad`, as `from` in a graph file.
    ///   - type: the type of the samples.
    ///   - rate: frames a second (Hz); nil for what comes.
    ///   - channels: samples a frame; nil for what comes.
    ///   - policy: what happens to audio that comes while the reader is busy.
    ///   - paced: whether the audio comes at the pace of the pipeline's clock, as a loudspeaker takes it; else as fast as it is
    ///     there, also while playback waits for something.
    /// - Throws: what is wrong with the graph that this makes: there is no such branch, or nothing in it is raw audio.
    public func audio<Sample: PCMSample>(
        from branch: String, as type: Sample.Type = Float.self, rate: Int? = nil, channels: Int? = nil,
        policy: ReaderPolicy = .wait, paced: Bool = false
    ) throws(GraphError) -> AudioOutput<Sample> {
        var caps = "audio/x-raw,format=\(Sample.sampleType.capsName),layout=interleaved"
        if let rate { caps += ",rate=\(rate)" }
        if let channels { caps += ",channels=\(channels)" }
        let steps = [.caps(Graph.CapsFilter(caps)), Self.sink(paced: paced)]
        return AudioOutput(try ports.addOutput(branch, steps, policy))
    }

    /// The bytes of a branch as they are: an encoded stream, perhaps in a container, that a server can send on. Adds a consumer
    /// to the branch. Call it before ``run()``.
    ///
    /// Each chunk says what kind of stream it is. The pipeline waits for the reader.
    ///
    /// - Parameter branch: the branch, or `branch.pad` or `element.pad`, as `from` in a graph file.
    /// - Throws: what is wrong with the graph that this makes: there is no such branch.
    public func bytes(from branch: String) throws(GraphError) -> ByteOutput {
        ByteOutput(try ports.addOutput(branch, [Self.sink(paced: false)], .wait))
    }

    /// A writer of PCM audio into the pipeline: feeds a step `appsrc` of the graph. Call it before ``run()``.
    ///
    /// - Parameters:
    ///   - name: the name of the `appsrc`; where it has none, that of its branch.
    ///   - type: the type of the samples.
    ///   - rate: frames a second (Hz); nil for what the graph says in the property `caps`.
    ///   - channels: samples a frame; nil for what the graph says.
    /// - Throws: that there is no such input, or what is wrong with the graph when this format comes in.
    public func input<Sample: PCMSample>(
        _ name: String, as type: Sample.Type, rate: Int? = nil, channels: Int? = nil
    ) throws(GraphError) -> AudioInput<Sample> {
        var format = AudioFormat(Sample.sampleType, rate: 0, channels: 0)
        let (port, element) = try ports.addInput(name) { (element) throws(GraphError) in
            format = try Self.format(of: element, named: name, Sample.sampleType, rate, channels)
            let raw = Caps.RawAudio(
                format: format.sampleType.capsName, rate: format.rate, channels: format.channels,
                channelMask: format.channels > 2 ? Caps.channelMask(of: format.channels) ?? 0 : nil)
            return [Graph.Property("caps", .text(raw.text)), Graph.Property("format", "time")]
        }
        // Who has the source stamp by the clock, as for live audio, gets its stamps.
        let isStamped = !element.properties.contains { property in
            guard property.name == "do-timestamp", case .text(let text) = property.value else { return false }
            return PropertySpec.boolean(text) ?? false
        }
        return AudioInput(port, format, isStamped: isStamped)
    }

    /// A writer of encoded audio into the pipeline: feeds a step `appsrc` of the graph. Call it before ``run()``.
    ///
    /// - Parameters:
    ///   - name: the name of the `appsrc`; where it has none, that of its branch.
    ///   - caps: what the bytes are, as in `audio/mpeg,mpegversion=1`; nil for what the graph says in the property `caps`, or
    ///     what a `decodebin` behind it finds out.
    /// - Throws: that there is no such input, or what is wrong with the graph when this comes in.
    public func input(_ name: String, caps: String? = nil) throws(GraphError) -> ByteInput {
        let (port, _) = try ports.addInput(name) { (element) throws(GraphError) in
            let isSet = element.properties.contains { $0.name == "format" }
            return (caps.map { [Graph.Property("caps", .text($0))] } ?? [])
                + (isSet ? [] : [Graph.Property("format", "bytes")])
        }
        return ByteInput(port)
    }

    private static func sink(paced: Bool) -> Graph.Step {
        var properties: [Graph.Property] = [
            // Enough that the threads need not wait for each other at every buffer.
            Graph.Property("max-buffers", "8"), Graph.Property("enable-last-sample", "false"),
            Graph.Property("sync", paced ? "true" : "false"),
        ]
        // Nobody waits for what is not played: not even with the start of playback, which may wait for what the reader does.
        if !paced { properties.append(Graph.Property("async", "false")) }
        return .element(Graph.Element("appsink", properties: properties))
    }

    /// The format in which a program feeds a step: what it says, and for the rest what the graph says.
    private static func format(
        of element: Graph.Element, named name: String, _ type: AudioFormat.SampleType, _ rate: Int?, _ channels: Int?
    ) throws(GraphError) -> AudioFormat {
        let text = element.properties.first { $0.name == "caps" }
        var declared: Caps?
        if case .text(let caps) = text?.value { declared = Caps(caps) }
        func refused(_ message: String) -> GraphError {
            GraphError([Finding(.error, at: text?.valueLocation ?? element.location, message)])
        }
        guard let rate = rate ?? declared?.rate, let channels = channels ?? declared?.channels else {
            throw refused(
                "the format of the input '\(name)' is not known: say its rate and channels in pipeline.input(), or set"
                    + " 'caps', as in \"audio/x-raw,rate=16000,channels=1\"")
        }
        guard (1...10_000_000).contains(rate), (1...64).contains(channels) else {
            throw refused("\(rate) Hz and \(channels) channels are no format for the input '\(name)'")
        }
        let format = AudioFormat(type, rate: rate, channels: channels)
        let wish = Caps("audio/x-raw,format=\(type.capsName),layout=interleaved,rate=\(rate),channels=\(channels)")
        if let declared, let wish, !declared.canIntersect(wish) {
            throw refused("the graph feeds the input '\(name)' with \(declared), and the program with \(format)")
        }
        return format
    }
}
