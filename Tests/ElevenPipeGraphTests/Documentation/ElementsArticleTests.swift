import ElevenLabsElements
import Foundation
import GStreamer
import Testing

/// Makes the article `Elements.md` of the documentation anew, and compares. With ELEVENPIPE_RECORD set it writes the article.
@Suite struct `The article on the elements` {
    private static let file = Toolchain.root + "/Sources/ElevenPipe/ElevenPipe.docc/Elements.md"

    @Test func `is what the registry says`() throws {
        try ElevenLabsElements.register()
        let article = try ElementsArticle().text
        guard !Toolchain.isRecording else {
            return try article.write(toFile: Self.file, atomically: true, encoding: .utf8)
        }
        let recorded = try String(contentsOfFile: Self.file, encoding: .utf8)
        let isSame = article == recorded
        #expect(isSame, "an element changed: run with ELEVENPIPE_RECORD=1 if that is meant")
    }
}

/// The article on our elements, made of what they say of themselves.
struct ElementsArticle {
    private static let factories = [
        "elevenlabstts", "elevenlabsvoicechanger", "elevenlabsisolation", "spoolqueue", "stallqueue",
    ]

    private static let introduction = """
        # The elements

        The properties of the elements of this package, as the registry has them.

        ## Overview

        Write them as steps of a graph (<doc:GraphFormat>), with their properties; in Swift, `Step.elevenlabstts` and the like have
        a parameter for each property. Every other element that is installed can be a step as well: `gst-inspect-1.0 NAME` of the
        Debian package `gstreamer1.0-tools` shows its properties.

        Of the elements that speak to the service, a field of the API is sent exactly when its property is set. Where it is not,
        the default here is what the service takes. Times are in seconds.

        This page is written by a test.


        """

    let text: String

    init() throws {
        let common = Set(try #require(ElementFactory(named: "bin")?.properties()).map(\.name))
        text =
            Self.introduction
            + (try Self.factories.map { name in
                let factory = try #require(ElementFactory(named: name))
                let properties = try #require(factory.properties()).filter { !common.contains($0.name) }
                return Self.section(factory, properties)
            }.joined(separator: "\n"))
    }

    private static func section(_ factory: ElementFactory, _ properties: [PropertySpec]) -> String {
        let pads = factory.padTemplates.map { pad in
            "- Pad `\(pad.name)`, \(pad.direction == .sink ? "input" : "output"): "
                + pad.caps.description.split(separator: "; ").map { "`\($0)`" }.joined(separator: ", ")
        }
        let rows = properties.map {
            "| `\($0.name)` | \(type(of: $0)) | \(fallback(of: $0)) | \(cell($0.summary))\(notes(on: $0)) |"
        }
        return """
            ## \(factory.name)

            \(factory.summary). Class `\(factory.classification)`.

            \(pads.joined(separator: "\n"))

            | property | value | default | |
            |---|---|---|---|
            \(rows.joined(separator: "\n"))

            """
    }

    private static func type(of property: PropertySpec) -> String {
        let range = property.range.map { ", \($0.description)" } ?? ""
        return property.hasManyChoices
            ? "one of those named" : cell(property.typeDescription.replacing(" (true or false)", with: "") + range)
    }

    private static func fallback(of property: PropertySpec) -> String {
        guard var text = property.defaultText, !text.isEmpty, text != "<  >" else { return "" }
        // As short as it reads the same.
        if property.range != nil, let number = Double(text) { text = number == number.rounded() ? text : "\(number)" }
        return "`\(cell(text))`"
    }

    private static func notes(on property: PropertySpec) -> String {
        let choices = property.choices.map { "`\($0.nick)`" }.joined(separator: ", ")
        return (property.isWritable ? "" : " (read-only)") + (property.hasManyChoices ? " One of \(choices)." : "")
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: " ") }
}

extension PropertySpec {
    /// Whether its choices would make a column too wide.
    fileprivate var hasManyChoices: Bool { choices.count > 4 }
}
