// swift-tools-version: 6.2

import PackageDescription

/// Every target of ours: Swift 6 mode, and the upcoming rules that keep C out of public interfaces.
/// The gate sets ELEVENPIPE_STRICT, so that a newer compiler's new warning breaks our gate and nobody else's build.
let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (Context.environment["ELEVENPIPE_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)])

func target(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func testTarget(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

let package = Package(
    name: "elevenpipe",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ElevenPipe", targets: ["ElevenPipe"]),
        .library(name: "ElevenLabs", targets: ["ElevenLabs"]),
        .executable(name: "elevenpipe", targets: ["ElevenPipeCommand"]),
    ],
    targets: [
        .systemLibrary(
            name: "CGLib",
            pkgConfig: "gio-2.0 gobject-2.0 gio-unix-2.0",
            providers: [.apt(["libglib2.0-dev"]), .brew(["glib"])]
        ),
        .systemLibrary(
            name: "CGStreamer",
            pkgConfig: "gstreamer-1.0 gstreamer-app-1.0 gstreamer-audio-1.0 gstreamer-controller-1.0",
            providers: [
                .apt(["libgstreamer1.0-dev", "libgstreamer-plugins-base1.0-dev"]), .brew(["gstreamer"]),
            ]
        ),
        .systemLibrary(
            name: "CSoup",
            pkgConfig: "libsoup-3.0",
            providers: [.apt(["libsoup-3.0-dev"]), .brew(["libsoup"])]
        ),
        .systemLibrary(
            name: "CYAML",
            pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]
        ),
        .systemLibrary(
            name: "CFlite",
            providers: [.apt(["flite1-dev"]), .brew(["flite"])]
        ),
        target("GLib", ["CGLib"]),
        target("GStreamer", ["CGStreamer", "GLib"]),
        target("HTTP", ["CSoup", "GLib"]),
        target("YAML", ["CYAML"]),
        target("ElevenLabs", ["HTTP", "GLib"]),
        target("ElevenLabsElements", ["ElevenLabs", "HTTP", "GStreamer", "GLib"]),
        target("ElevenPipe", ["ElevenLabsElements", "ElevenLabs", "HTTP", "GStreamer", "YAML", "GLib"]),
        target("ElevenLabsSimulator", ["ElevenLabs", "HTTP", "GStreamer", "GLib", "CFlite"]),
        .executableTarget(
            name: "ElevenPipeCommand",
            dependencies: ["ElevenPipe", "ElevenLabsSimulator", "GLib"],
            swiftSettings: settings
        ),
        // Servers that break off, for the tests of HTTP and of the elements.
        .target(
            name: "TestServers", dependencies: ["CSoup", "GLib"], path: "Tests/TestServers", swiftSettings: settings),
        testTarget("GLibTests", ["GLib"]),
        testTarget("YAMLTests", ["YAML"]),
        testTarget("HTTPTests", ["HTTP", "GLib", "TestServers"]),
        testTarget("ElevenLabsTests", ["ElevenLabs", "HTTP", "GLib"]),
        testTarget("ElevenLabsSimulatorTests", ["ElevenLabsSimulator", "ElevenLabs", "HTTP", "GStreamer", "GLib"]),
        testTarget("GStreamerTests", ["GStreamer", "GLib"]),
        testTarget(
            "ElevenLabsElementsTests",
            [
                "ElevenLabsElements", "ElevenLabsSimulator", "ElevenLabs", "HTTP", "GStreamer", "GLib", "CGStreamer",
                "TestServers",
            ]),
        testTarget(
            "ElevenPipeTests",
            ["ElevenPipe", "ElevenLabsElements", "ElevenLabsSimulator", "ElevenLabs", "HTTP", "GStreamer", "GLib"]),
        testTarget("ElevenPipeGraphTests", ["ElevenPipe", "ElevenLabsElements", "GStreamer", "GLib", "YAML"]),
        testTarget(
            "ElevenPipeCommandTests", ["ElevenPipeCommand", "ClientOnly", "ElevenLabsSimulator"],
            resources: [.copy("Fixtures")]),
        // The README's program, which the tests run.
        .executableTarget(
            name: "ClientOnly", dependencies: ["ElevenLabs"], path: "Tests/ClientOnly", swiftSettings: settings),
    ]
)

// What libFuzzer runs. `.ci/fuzz` sets the variable: everybody else builds without it.
if Context.environment["ELEVENPIPE_FUZZ"] != nil {
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Tests/Fuzzing/CFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CFuzzer", "CGLib", "ElevenPipe", "ElevenLabsElements", "ElevenLabs", "HTTP", "GStreamer", "GLib",
            ],
            path: "Tests/Fuzzing/Fuzz",
            swiftSettings: settings
        ),
    ]
}
