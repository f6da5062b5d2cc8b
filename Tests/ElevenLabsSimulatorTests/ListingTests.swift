import ElevenLabs
import ElevenLabsSimulator
import Testing

@Suite struct ListingTests {
    @Test func `models need a key, in the service's own way`() async throws {
        try await Bench.with { bench in
            let without = await bench.request("GET", "/v1/models", key: nil)
            #expect(without.status == 404)
            #expect(without.refusal.code == "workspace_not_found")
            #expect(without.refusal.kind == .authentication)
            let models = await bench.request("GET", "/v1/models").json
            #expect(models?.count ?? 0 >= 10)
            guard case .array(let list) = models else { return }
            let limits = Dictionary(
                list.map { ($0["model_id"]?.string ?? "", $0["maximum_text_length_per_request"]) }
            ) { first, _ in first }
            #expect(limits["eleven_flash_v2_5"] == .number(40000))
            #expect(limits["eleven_v3"] == .number(5000))
        }
    }

    @Test func `voices come all at once or page by page`() async throws {
        try await Bench.with { bench in
            let all = await bench.request("GET", "/v1/voices").json?["voices"]?.count
            var names: [String] = []
            var token = ""
            repeat {
                let page = await bench.request("GET", "/v2/voices?page_size=7&next_page_token=\(token)").json
                guard case .array(let voices)? = page?["voices"] else { break }
                names += voices.compactMap { $0["name"]?.string }
                #expect(page?["total_count"] == all.map { .number(Double($0)) })
                token = page?["next_page_token"]?.string ?? ""
                #expect(page?["has_more"] == .bool(!token.isEmpty))
            } while !token.isEmpty
            #expect(names.count == all)
            #expect(Set(names).count == all)
        }
    }

    @Test(
        arguments: [
            ("search=george", ["George"]), ("search=british+female", ["Alice", "Lily"]),
            (
                "voice_ids=EXAVITQu4vr4xnSDxMaL&voice_ids=JBFqnCBsd6RMkjVDRZzb&sort=name&sort_direction=desc",
                ["Sarah", "George"]
            ),
            ("voice_type=personal", []), ("accent=swedish", ["Charlotte"]), ("search=nobody", []),
        ]
    )
    func `voices can be searched`(query: String, names: [String]) async throws {
        try await Bench.with { bench in
            let page = await bench.request("GET", "/v2/voices?\(query)").json
            guard case .array(let voices)? = page?["voices"] else {
                Issue.record("no voices")
                return
            }
            #expect(voices.compactMap { $0["name"]?.string } == names)
        }
    }

    @Test func `one voice, its settings and the default settings`() async throws {
        try await Bench.with { bench in
            let voice = await bench.request("GET", "/v1/voices/\(Bench.george)").json
            #expect(voice?["name"] == .string("George"))
            let settings = await bench.request("GET", "/v1/voices/settings/default", key: nil).json
            #expect(settings?["similarity_boost"] == .number(0.75))
            #expect(await bench.request("GET", "/v1/voices/\(Bench.george)/settings").json == settings)
            #expect(await bench.request("GET", "/v1/voices/nobody").status == 404)
            #expect(await bench.request("GET", "/v2/voices?page_size=0").status == 400)
            #expect(await bench.request("GET", "/v2/voices?page_size=many").status == 422)
            #expect(await bench.request("GET", "/v1/voices", key: nil).status == 401)
        }
    }
}
