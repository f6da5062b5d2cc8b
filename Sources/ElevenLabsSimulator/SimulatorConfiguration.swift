public import ElevenLabs

extension Simulator {
    /// How a simulator behaves. Every field has a default that behaves as the service does on a good day.
    public struct Configuration: Sendable, Hashable {
        /// The plan of the account: which formats and voices are allowed, and how many requests at once.
        public var plan = Plan.pro
        /// The keys that are known; empty takes any key that is not empty.
        public var keys: Set<String> = []
        /// How many requests for audio may run at once; nil takes what the plan allows for the model.
        public var concurrencyLimit: Int?
        /// Credits of the account for as long as the simulator runs.
        public var credits = 10_000_000
        /// Whether an id that is in no catalogue is a voice as well, if it has the form of one (20 letters and digits).
        public var speaksUnknownVoices = false

        /// From the request's arrival to the answer's head.
        public var firstByteDelay = Duration.milliseconds(75)
        /// How many times faster than it is played the audio goes out; nil as fast as it can be made.
        public var pace: Double? = 4
        /// The sizes of the chunks that the audio goes out in, in bytes, over and over again.
        public var chunkSizes = Self.oddChunkSizes
        /// What goes wrong. The first that hits a request is taken.
        public var faults: [Fault] = []

        /// Whether the log keeps every byte of audio that was sent and uploaded; for tests.
        public var keepsAudio = false

        /// Sizes that align with no frame, page or sample.
        public static let oddChunkSizes = [1021, 4093, 257, 2039, 13, 8191, 509, 3, 1531]

        /// The service on a good day.
        public init() {}

        /// To work without a network and a key: takes any key, gives every format, speaks with any voice's id.
        public static var offline: Configuration {
            var configuration = Configuration()
            configuration.plan = .business
            configuration.speaksUnknownVoices = true
            return configuration
        }
    }
}
