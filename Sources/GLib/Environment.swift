import CGLib

/// The process's environment variables.
package enum Environment {
    /// A variable's value; nil where it is not set, is empty or is not UTF-8.
    package static subscript(_ name: String) -> String? {
        guard let value = g_getenv(name), value.pointee != 0 else { return nil }
        return String(validatingCString: value)
    }
}
