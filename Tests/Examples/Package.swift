// swift-tools-version: 6.2

import PackageDescription

// Programs that embed elevenpipe, each in one file. Yours would name the package by its URL instead of a path.
let elevenPipe = Target.Dependency.product(name: "ElevenPipe", package: "elevenpipe")

let package = Package(
    name: "Examples",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "elevenpipe", path: "../..")],
    targets: [
        .executableTarget(name: "Speaker", dependencies: [elevenPipe]),
        .executableTarget(name: "SpeechServer", dependencies: [elevenPipe, "LibSoup"]),
        .executableTarget(name: "Waveform", dependencies: [elevenPipe]),
        .executableTarget(name: "FromMemory", dependencies: [elevenPipe]),
        .systemLibrary(
            name: "LibSoup", pkgConfig: "libsoup-3.0",
            providers: [.apt(["libsoup-3.0-dev"]), .brew(["libsoup"])]),
    ]
)
