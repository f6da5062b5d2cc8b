/// An audio graph: named branches of elements, as a graph file holds it or as Swift code makes it.
///
/// A graph is a plain value. ``checked()`` holds it against the installed elements and puts in what the engine adds.
public struct Graph: Sendable, Equatable {
    /// What the engine may put between the author's elements.
    public enum Insertion: Sendable, Equatable {
        /// Queues, tees and converters, where the graph needs them.
        case automatic
        /// Nothing: the graph runs as it is written. Only a link of which nothing but the stream tells whether it carries raw
        /// audio (behind `parsebin`, say) still gets its converters when that shows.
        case nothing
    }

    /// The graph's name, for people.
    public var name: String?
    /// What may be set from outside. The values in the branches are already filled in.
    public var parameters: [Parameter]
    /// The branches, in the order of the file. The order means nothing to the graph.
    public var branches: [Branch]
    /// What holds for all requests to the service.
    public var service: ServiceSettings
    /// How playback waits for the network.
    public var playback: PlaybackSettings
    /// What the engine may put in.
    public var insertion: Insertion
    /// The file, as a whole.
    public var location: SourceLocation
    /// What the reader had to say about a file that it could read.
    public internal(set) var warnings: [Finding] = []

    /// Makes a graph.
    public init(
        name: String? = nil,
        parameters: [Parameter] = [],
        branches: [Branch],
        service: ServiceSettings = ServiceSettings(),
        playback: PlaybackSettings = PlaybackSettings(),
        insertion: Insertion = .automatic,
        location: SourceLocation = .code
    ) {
        self.name = name
        self.parameters = parameters
        self.branches = branches
        self.service = service
        self.playback = playback
        self.insertion = insertion
        self.location = location
    }
}
