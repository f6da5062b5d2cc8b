import ElevenLabs
import ElevenLabsElements
import GLib
import GStreamer
import HTTP

/// What pipelines share: GStreamer with our elements, the connections to the service, its address and the key.
public final class Engine: Sendable {
    let stream: StreamEngine
    private let observer: @Sendable (PipelineNotice) -> Void

    /// Starts GStreamer and makes the elements of this package known to it.
    /// - Throws: ``PipelineError`` with code `configuration` where GStreamer cannot start; a broken installation.
    public static func initialize() throws(PipelineError) {
        do {
            try ElevenLabsElements.register()
        } catch {
            throw PipelineError(.configuration, "GStreamer cannot start: \(error)")
        }
    }

    /// Ends GStreamer, so that its leaks tracer can report. Nothing here may be used afterwards.
    public static func deinitialize() { GStreamer.deinitialize() }

    /// The version of GStreamer in use, as in `GStreamer 1.22.0`.
    public static var gstreamerVersion: String { GStreamer.version }

    /// GStreamer's command line options, as a GOption group.
    package static var gstreamerOptions: OpaquePointer? { GStreamer.optionGroup }

    /// Makes an engine.
    /// - Parameters:
    ///   - baseURL: the service's address; nil takes the environment's `ELEVENLABS_BASE_URL`, else the real service.
    ///   - apiKey: where the key comes from. It is asked for when a pipeline that needs it starts.
    ///   - maximumConcurrentRequests: how many requests of this engine's keys may be under way at once, at least 1; nil for as
    ///     many as the service allows. Where engines of a process share a key, the lowest limit counts.
    ///   - observer: called with all that happens to all of its pipelines, for a log or for metrics; it must return soon. What
    ///     comes of one pipeline comes in order, that of several from several threads.
    /// - Throws: ``PipelineError`` with code `configuration` for an address that cannot be used.
    public init(
        baseURL: String? = nil, apiKey: APIKeySource = .standard, maximumConcurrentRequests: Int? = nil,
        observer: @escaping @Sendable (PipelineNotice) -> Void = { _ in }
    ) throws(PipelineError) {
        try Engine.initialize()
        self.observer = observer
        let given = baseURL ?? Environment["ELEVENLABS_BASE_URL"]
        let url: BaseURL
        do {
            url = try given.map { text throws(InvalidBaseURL) in try BaseURL(text) } ?? .standard
        } catch {
            throw PipelineError(.configuration, "\(error)")
        }
        stream = StreamEngine(client: .shared, baseURL: url, maximumRequests: maximumConcurrentRequests) {
            () throws(StreamFailure) in
            do throws(PipelineError) {
                return try apiKey.read()
            } catch {
                throw StreamFailure(.configuration, error.message)
            }
        }
    }

    /// GStreamer's debug category `elevenpipe`.
    private static let category = DebugCategory("elevenpipe", description: "pipelines and their requests")

    func note(_ content: PipelineNotice.Content, of pipeline: Pipeline) {
        observer(PipelineNotice(pipeline: pipeline.name, number: pipeline.number, content: content))
        let name = "\(pipeline.name ?? "pipeline") \(pipeline.number)"
        switch content {
        case .event(.warning(let message, _)): Self.category.log(.warning, "\(name): \(message)")
        case .event(let event): Self.category.log(.info, "\(name): \(event)")
        case .ended(.success(let summary)): Self.category.log(.info, "\(name): \(summary.ending)")
        case .ended(.failure(let error)): Self.category.log(.error, "\(name): \(error)")
        }
    }
}
