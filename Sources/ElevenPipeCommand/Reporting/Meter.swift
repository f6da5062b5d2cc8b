import Foundation

/// A level meter of letters: 60 dB over twelve places.
enum Meter {
    private static let places = 12
    private static let range = 60.0

    /// - Parameter peak: the loudest sample, 1 being full scale.
    static func bar(peak: Double) -> String {
        // Float samples may go beyond full scale, to infinity even.
        let decibels = peak > 0 && peak.isFinite ? min(20 * log10(peak), 0) : peak > 0 ? 0 : -range
        let filled = Int(((1 + max(decibels, -range) / range) * Double(places)).rounded())
        let (full, empty) = Terminal.isUTF8 ? ("▮", "▯") : ("#", "-")
        return String(repeating: full, count: min(filled, places))
            + String(repeating: empty, count: max(places - filled, 0))
    }
}
