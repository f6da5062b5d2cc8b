import Foundation

// Synchronous at the top: signals and the end of the process are then in one place, and memory checkers that cannot follow
// an async main work.
private let arguments = CommandLine.arguments.indices.dropFirst().compactMap { index in
    CommandLine.unsafeArgv[index].map { Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1)) }
}
exit(Tool.run(arguments))
