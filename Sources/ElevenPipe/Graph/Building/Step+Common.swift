// The elements that most graphs hold, under the names of their factories. Every other one: Step("factory", […]).
extension Graph.Step {
    /// Another graph, whose open input and output take the step's place: `use` in a graph file.
    /// - Parameters:
    ///   - graph: the graph.
    ///   - name: what the names inside begin with.
    public static func use(_ graph: Graph, name: String) -> Graph.Step {
        .module(Graph.Module(graph, file: graph.name ?? name, name: name))
    }

    /// Data of these caps only, as in `audio/x-raw,rate=16000`; converters before it make it so where they can.
    public static func caps(_ caps: String) -> Graph.Step { .caps(Graph.CapsFilter(caps)) }

    /// The bytes of a file. - Parameter location: its path.
    public static func filesrc(location: String, name: String? = nil) -> Graph.Step {
        Graph.Step("filesrc", name: name, properties: [("location", .text(location))])
    }

    /// Writes a file. - Parameter location: its path; a file that is there is replaced.
    public static func filesink(location: String, name: String? = nil) -> Graph.Step {
        Graph.Step("filesink", name: name, properties: [("location", .text(location))])
    }

    /// The default audio output.
    public static func autoaudiosink(name: String? = nil) -> Graph.Step { Graph.Step("autoaudiosink", name: name) }

    /// The default audio input: a live source.
    public static func autoaudiosrc(name: String? = nil) -> Graph.Step { Graph.Step("autoaudiosrc", name: name) }

    /// Decodes whatever it can tell the format of.
    public static func decodebin(name: String? = nil) -> Graph.Step { Graph.Step("decodebin", name: name) }

    /// Adds up what comes from several branches, at the same time.
    public static func audiomixer(name: String? = nil) -> Graph.Step { Graph.Step("audiomixer", name: name) }

    /// Plays what comes from several branches one after the other.
    public static func concat(name: String? = nil) -> Graph.Step { Graph.Step("concat", name: name) }

    /// Louder or softer.
    /// - Parameters:
    ///   - volume: a factor, 1 for no change, 0 to 10; a text with `dB`, or values over time.
    ///   - name: the element's own name, by which ``Pipeline`` can change it while it runs.
    public static func volume(_ volume: Graph.Value, name: String? = nil) -> Graph.Step {
        Graph.Step("volume", name: name, properties: [("volume", volume)])
    }

    /// A WAV file.
    public static func wavenc(name: String? = nil) -> Graph.Step { Graph.Step("wavenc", name: name) }

    /// FLAC, without loss.
    public static func flacenc(name: String? = nil) -> Graph.Step { Graph.Step("flacenc", name: name) }

    /// MP3. - Parameter bitrate: kbit/s of a constant bitrate; nil for the encoder's own choice.
    public static func lamemp3enc(bitrate: Int? = nil, name: String? = nil) -> Graph.Step {
        Graph.Step(
            "lamemp3enc", name: name,
            properties: bitrate.map { [("target", "bitrate"), ("cbr", true), ("bitrate", Graph.Value($0))] } ?? [])
    }

    /// Opus. - Parameter bitrate: bit/s; nil for the encoder's own choice.
    public static func opusenc(bitrate: Int? = nil, name: String? = nil) -> Graph.Step {
        Graph.Step("opusenc", name: name, properties: [("bitrate", bitrate.map { Graph.Value($0) })])
    }

    /// The container Ogg, for Opus and Vorbis.
    public static func oggmux(name: String? = nil) -> Graph.Step { Graph.Step("oggmux", name: name) }
}
