import CFuzzer
import CGLib

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@main enum Fuzz {
    static func main() {
        // libFuzzer starts this program anew for some of its work, with its own options alone: hence a variable.
        guard Target.chosen != nil else {
            print("set FUZZ_TARGET to one of \(Target.all.keys.sorted().joined(separator: " "))")
            exit(64)
        }
        // What GLib calls critical is a mistake of the caller's. Set as the fallback, so that what the product catches is no finding.
        g_log_set_default_handler(
            { domain, level, message, _ in
                g_log_default_handler(domain, level, message, nil)
                if level.rawValue & G_LOG_LEVEL_CRITICAL.rawValue != 0 { abort() }
            }, nil)
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { start, size in
                Target.chosen?(Array(UnsafeBufferPointer(start: start, count: size)))
                return 0
            })
    }
}
