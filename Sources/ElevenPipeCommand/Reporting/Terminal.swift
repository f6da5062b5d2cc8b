import Foundation
import GLib

/// The terminal that the live line is drawn on: standard error's.
enum Terminal {
    static let descriptor = STDERR_FILENO

    static var isInteractive: Bool { isatty(descriptor) == 1 && Environment["TERM"] != "dumb" }

    /// Whether it says that it shows UTF-8, by the variables that decide it.
    static let isUTF8 =
        (Environment["LC_ALL"] ?? Environment["LC_CTYPE"] ?? Environment["LANG"] ?? "").uppercased().contains("UTF")

    static var columns: Int {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}
