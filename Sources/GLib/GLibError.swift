package import CGLib

/// A `GError` as a Swift value: copied out and freed at the border.
package struct GLibError: Error, Sendable, CustomStringConvertible {
    /// The error domain's name, as in `g-io-error-quark`.
    package let domain: String
    /// The code within the domain.
    package let code: Int
    /// GLib's own sentence.
    package let message: String

    package var description: String { message }

    package init(domain: String, code: Int, message: String) {
        self.domain = domain
        self.code = code
        self.message = message
    }

    /// Takes over a `GError` (transfer full) and frees it.
    package init(adopting error: UnsafeMutablePointer<GError>) {
        self.init(copying: error)
        g_error_free(error)
    }

    /// Copies a `GError` that somebody else frees (transfer none).
    package init(copying error: UnsafePointer<GError>) {
        self.domain = g_quark_to_string(error.pointee.domain).map { String(cString: $0) } ?? ""
        self.code = Int(error.pointee.code)
        self.message = error.pointee.message.map { String(cString: $0) } ?? ""
    }
}

/// Calls a C function that reports failure through a `GError **` and throws what it reports.
package func throwing<Result>(
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<GError>?>) -> Result
) throws(GLibError) -> Result {
    var error: UnsafeMutablePointer<GError>?
    let result = body(&error)
    if let error { throw GLibError(adopting: error) }
    return result
}
