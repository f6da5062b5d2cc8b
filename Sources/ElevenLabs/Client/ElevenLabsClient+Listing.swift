extension ElevenLabsClient {
    /// The models that the key may use: `GET /v1/models`.
    ///
    /// Those that speak have ``ModelInfo/canDoTextToSpeech``, those that change voices ``ModelInfo/canDoVoiceConversion``. It is
    /// the cheapest request to see whether a key is right.
    public func models() async throws(ElevenLabsClientError) -> [ModelInfo] {
        try await ClientCall(.models, of: self).list("/v1/models", as: LossyList<ModelInfo>.self).elements
    }

    /// All voices that match: `GET /v2/voices`, as many times as there are pages.
    ///
    /// - Parameter query: what to look for; all voices of the account where nothing is set. Without
    ///   ``VoiceQuery/pageSize`` the pages are as long as they may be.
    public func voices(matching query: VoiceQuery = VoiceQuery()) async throws(ElevenLabsClientError) -> [Voice] {
        var query = query
        query.pageSize = query.pageSize ?? VoiceQuery.pageSizeRange.upperBound
        var voices: [Voice] = []
        var known: Set<String> = []
        var tokens: Set<String> = []
        var token: String?
        repeat {
            let page = try await voicePage(matching: query, after: token)
            // The first page may hold voices that come again on another one.
            voices += page.voices.filter { known.insert($0.id).inserted }
            token = page.nextPageToken
            // A service that names a page twice would be asked for ever.
        } while token.map { tokens.insert($0).inserted } ?? false
        return voices
    }

    /// One page of voices: `GET /v2/voices`.
    ///
    /// - Parameters:
    ///   - query: what to look for; all voices of the account where nothing is set.
    ///   - token: ``VoicePage/nextPageToken`` of the page before; nil for the first one.
    public func voicePage(
        matching query: VoiceQuery = VoiceQuery(), after token: String? = nil
    ) async throws(ElevenLabsClientError) -> VoicePage {
        let call = ClientCall(.voices, of: self)
        let findings = query.validate()
        guard findings.isEmpty else {
            let error = ElevenLabsClientError.invalidRequest(InvalidRequest(findings: findings))
            call.tell(.failed(error))
            throw error
        }
        return try await call.list("/v2/voices" + query.text(after: token), as: VoicePage.self)
    }
}
