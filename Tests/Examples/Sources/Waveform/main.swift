// Draws what is said as a picture, while it is written to a file: the program taps the samples on their way.
//
//     swift run Waveform speech.png speech.flac This is what it looks like.
import ElevenPipe

/// A column of the picture: a hundredth of a second.
struct Column {
    static let sampleCount = 240
    var peak: Float = 0
    var energy: Float = 0

    /// The root of the mean square: how loud it is.
    var loudness: Float { (energy / Float(Self.sampleCount)).squareRoot() }

    mutating func add(_ sample: Float) {
        peak = max(peak, abs(sample))
        energy += sample * sample
    }
}

/// Speaks the text into a FLAC file, and makes a column of each hundredth of a second that goes there.
func columns(ofSpeech text: String, to path: String, _ engine: Engine) async throws -> [Column] {
    let graph = Graph {
        Branch("speech") {
            Step.elevenlabstts(text: text, voiceID: "JBFqnCBsd6RMkjVDRZzb")
            Step.decodebin()
        }
        Branch("file", from: "speech") {
            Step.flacenc()
            Step.filesink(location: path)
        }
    }
    let pipeline = try Pipeline(graph, engine: engine)
    // A second consumer of the branch. The pipeline waits for its reader, so nothing is lost.
    let audio = try pipeline.audio(from: "speech", as: Float.self, rate: 24000, channels: 1)
    async let run = pipeline.run()
    var columns: [Column] = []
    var count = 0
    for try await chunk in audio {
        chunk.withSamples { samples in
            for index in samples.indices {
                if count % Column.sampleCount == 0 { columns.append(Column()) }
                columns[columns.count - 1].add(samples[index])
                count += 1
            }
        }
    }
    _ = try await run
    return columns
}

/// The picture, in rows from the top, each pixel as red, green, blue and opacity: the peaks are light, the loudness dark.
func draw(_ columns: [Column], height: Int) -> [UInt8] {
    let (paper, light, dark): ([UInt8], [UInt8], [UInt8]) = (
        [255, 255, 255, 255], [150, 190, 235, 255], [30, 90, 170, 255]
    )
    let middle = Float(height) / 2
    let loudest = max(columns.map(\.peak).max() ?? 0, 0.01)
    return (0..<height).flatMap { row in
        // How far from the middle the row is: 1 is where the loudest peak ends.
        let distance = abs(Float(row) + 0.5 - middle) / (middle - 4) * loudest
        return columns.flatMap { column in
            if distance <= column.loudness { dark } else if distance <= max(column.peak, 0.005) { light } else { paper }
        }
    }
}

/// Writes a PNG file. GStreamer does it, in a pipeline that asks nothing of the service.
func write(_ picture: [UInt8], width: Int, height: Int, to path: String, _ engine: Engine) async throws {
    let graph = Graph {
        Branch("picture") {
            "appsrc"
            Step("rawvideoparse", ["format": "rgba", "width": .init(width), "height": .init(height)])
            Step("pngenc", ["snapshot": true])
            Step.filesink(location: path)
        }
    }
    let pipeline = try Pipeline(graph, engine: engine)
    let input = try pipeline.input("picture")
    async let run = pipeline.run()
    try await input.write(picture)
    input.finish()
    _ = try await run
}

let arguments = CommandLine.arguments
guard arguments.count > 3 else { fatalError("usage: Waveform PICTURE.png SPEECH.flac TEXT…") }
let engine = try Engine()
let speech = try await columns(ofSpeech: arguments[3...].joined(separator: " "), to: arguments[2], engine)
try await write(draw(speech, height: 200), width: speech.count, height: 200, to: arguments[1], engine)
