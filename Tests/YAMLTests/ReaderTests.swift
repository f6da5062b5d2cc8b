import Testing
@testable import YAML

@Test func `it reads`() { #expect(Reader.read(Array("a: 1".utf8), file: "f").root != nil) }
