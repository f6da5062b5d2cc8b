import Foundation
import Testing

/// Debian's Icecast on a port of its own, with the source password that comes with it.
struct Icecast {
    let port: Int
    private let child: Child

    var url: String { "http://127.0.0.1:\(port)" }

    init(in scratch: Scratch) async throws {
        let port = try FreePort.tcp()
        let folder = scratch.path("icecast")
        // It gives up being root, and writes its logs then.
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        let owner = "<changeowner><user>nobody</user><group>nogroup</group></changeowner>"
        let configuration = try scratch.write(
            """
            <icecast>
              <limits><clients>10</clients><sources>2</sources><source-timeout>10</source-timeout></limits>
              <authentication><source-password>hackme</source-password><admin-password>none</admin-password></authentication>
              <hostname>localhost</hostname>
              <listen-socket><port>\(port)</port><bind-address>127.0.0.1</bind-address></listen-socket>
              <paths><basedir>/usr/share/icecast2</basedir><logdir>\(folder)</logdir><webroot>/usr/share/icecast2/web</webroot>
                <adminroot>/usr/share/icecast2/admin</adminroot></paths>
              <logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>3</loglevel></logging>
              <security><chroot>0</chroot>\(getuid() == 0 ? owner : "")</security>
            </icecast>
            """, to: "icecast.xml")
        child = try scratch.companion("icecast2", ["-c", configuration])
        self.port = port
        for _ in 0..<300 {
            if try await status(scratch) != nil { return }
            try #require(child.isRunning, "icecast2 ended: \(child.errorText)")
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("icecast2 did not start: \(child.errorText)")
    }

    /// What is on the air, as it tells itself; nil where it does not answer.
    func status(_ scratch: Scratch) async throws -> String? {
        let answer = try await scratch.tool("curl", ["-sS", "--fail", url + "/status-json.xsl"], mayFail: true)
        return answer.status == 0 ? answer.outputText : nil
    }
}
