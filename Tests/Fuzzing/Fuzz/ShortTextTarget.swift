import ElevenLabs
import GStreamer
import HTTP

@testable import ElevenPipe

/// Texts that mean one thing: what is read is written and read again as the same.
enum ShortTextTarget {
    @Sendable static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let form = input.byte() % 5
        let text = input.remainingText()
        switch form {
        case 0: address(text)
        case 1:
            if let time = Duration(timeText: text) {
                require(Duration(timeText: time.timeText) == time, "a time is one: \(time.timeText)")
            }
        case 2: if let delay = RetryDelay(text) { require(delay.duration(from: 0) >= .zero, "no delay goes back") }
        case 3:
            let line = DisplayText.line(text, limit: 80)
            require(line.count <= 80 && DisplayText.line(line, limit: 80) == line, "a line stays: \(line)")
        default: if let number = PropertySpec.decimal(text) { require(number.isFinite, "a number is finite") }
        }
    }

    private static func address(_ text: String) {
        do {
            let url = try BaseURL(text)
            do {
                let again = try BaseURL(url.string)
                require(again == url, "the normal form stays: \(url)")
            } catch {
                fatalError("the normal form is refused: \(error)")
            }
        } catch {
            require(!error.description.contains("\n"), "a refusal is one line")
        }
    }
}
