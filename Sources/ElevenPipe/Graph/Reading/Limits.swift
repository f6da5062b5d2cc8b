/// Bounds far beyond any graph that is meant, so that no file takes forever to refuse.
enum Limits {
    static let branches = 500
    static let steps = 2000
    static let properties = 500
    static let parameters = 500
    static let modules = 200
    static let moduleDepth = 16
    /// How many bytes all parameters' values may have where they are used.
    static let filledInBytes = 256 << 20
}
