import CSoup
import Foundation
import GLib

/// A certificate for 127.0.0.1 that signs itself, made by the openssl command once per run.
package struct TestCertificate: Sendable {
    package static let shared = Result { try TestCertificate() }

    /// PEM: the authority to trust.
    package let certificateFile: String
    private let keyFile: String

    private init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("http-tests-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificateFile = folder.appendingPathComponent("certificate.pem").path
        keyFile = folder.appendingPathComponent("key.pem").path
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", keyFile,
            "-out", certificateFile,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
    }

    /// The server's `GTlsCertificate` with its key.
    func identity() throws -> ObjectReference {
        let pointer = try throwing { g_tls_certificate_new_from_files(certificateFile, keyFile, $0) }
        guard let pointer else { throw CocoaError(.fileReadUnknown) }
        return ObjectReference(adopting: UnsafeMutableRawPointer(pointer))
    }
}
