import ElevenLabs
import GLib
import HTTP

/// One request, from its arrival to its answer.
struct Exchange: Sendable {
    private let request: HTTPServerRequest
    private let state: SimulatorState
    private let configuration: Simulator.Configuration
    private let number: Int
    private let arrival = ContinuousClock.now
    private let traceID: String
    private let call: Call

    init(_ request: HTTPServerRequest, state: SimulatorState, configuration: Simulator.Configuration) {
        self.request = request
        self.state = state
        self.configuration = configuration
        number = state.record { RecordedRequest($0, request) }
        traceID = StableHash.hex("trace \(number)", digits: 32)
        call = Call(
            method: request.method, path: Call.split(request.rawPath),
            query: request.query.map { (name: $0.0, value: $0.1) }, headers: { [request] in request.headers[$0] },
            body: request.body
        )
    }

    func answer() async -> HTTPServerResponse {
        do {
            let route = try Route(method: call.method, path: call.path)
            guard case .streamSpeech(let voiceID) = route else { return respond(try listing(route)) }
            let effect = fault()
            if case .silent(let seconds) = effect {
                try await Task.sleep(for: seconds.map { .seconds($0) } ?? .forever)
            }
            if let instead = answerInstead(effect) { return instead }
            return try await speech(voiceID, effect)
        } catch let refusal as Refusal {
            return respond(refusal.answer(traceID: traceID))
        } catch {
            // Only a cancelled wait comes here: the client is gone.
            return respond(Refusal.text(status: 500, "\(error)").answer(traceID: traceID))
        }
    }

    // MARK: Listings

    private func listing(_ route: Route) throws(Refusal) -> Answer {
        switch route {
        case .defaultVoiceSettings: return .json(VoicesRoute.settings)
        case .models:
            // The service's own way to say that no key came.
            guard call.headers("xi-api-key")?.isEmpty == false || call.headers("authorization") != nil else {
                throw .refuse(404, "not_found", "workspace_not_found", "No workspace was found for this request.")
            }
            try state.account.authenticate(call)
            return ModelsRoute.answer()
        default: try state.account.authenticate(call)
        }
        return switch route {
        case .voices: VoicesRoute.all()
        case .searchVoices: try VoicesRoute.search(call)
        case .voice(let id): try VoicesRoute.one(id)
        case .voiceSettings(let id): try VoicesRoute.settings(of: id)
        default: SubscriptionRoute.answer(state.account)
        }
    }

    // MARK: Speech

    private func speech(_ voiceID: String, _ effect: Fault.Effect?) async throws -> HTTPServerResponse {
        let speech = try SpeechCall(call, voiceID: voiceID)
        try state.account.authenticate(call)
        var stream = try speech.check(configuration)
        let cost = Account.cost(of: speech.text, model: speech.model)
        let ticket = try state.begin(cost: cost, model: speech.model)
        // The first sentence is spoken while the client would be waiting anyway.
        if effect != .empty, effect != .garbage { await stream.prepare() }
        try await ContinuousClock().sleep(until: arrival + configuration.firstByteDelay)

        var response = HTTPServerResponse(status: 200, headers: commonHeaders())
        if case .wrongType(let type) = effect {
            response.headers["content-type"] = type
        } else {
            response.headers["content-type"] = stream.format.mediaType
        }
        response.headers["request-id"] = StableHash.identifier("request \(number)")
        response.headers["history-item-id"] = StableHash.identifier("history \(number)")
        response.headers["character-cost"] = "\(cost)"
        response.headers["current-concurrent-requests"] = "\(ticket.running)"
        response.headers["maximum-concurrent-requests"] = "\(state.account.concurrencyLimit(speech.model))"
        response.headers["tts-latency-ms"] = "\(Int((ContinuousClock.now - arrival) / .milliseconds(1)))"
        response.headers["access-control-expose-headers"] = """
            request-id, history-item-id, character-cost, regeneration-count, generation-info, \
            current-concurrent-requests, maximum-concurrent-requests
            """
        state.update(number) { $0.status = 200 }
        response.body = .stream { [stream] writer in
            try await send(stream, effect, to: writer)
            withExtendedLifetime(ticket) {}
        }
        return response
    }

    private func send(_ stream: SpeechStream, _ effect: Fault.Effect?, to writer: HTTPBodyWriter) async throws {
        let delivery = AudioDelivery(
            to: writer, sizes: configuration.chunkSizes,
            bytesPerSecond: configuration.pace.map { $0 * Double(stream.format.byteRate) }, fault: effect
        ) { [state, number, configuration] chunk in
            state.update(number) { entry in
                entry.chunkSizes.append(chunk.count)
                if configuration.keepsAudio { chunk.withUnsafeBytes { entry.audio.append(contentsOf: $0) } }
            }
        }
        do {
            switch effect {
            case .empty: return
            case .garbage: try await delivery.deliver(Self.garbage(stream.text))
            default: try await stream.run { try await delivery.deliver($0) }
            }
            try await delivery.finish()
        } catch AudioDelivery.Ended.short {
            return
        }
        state.update(number) { $0.isComplete = effect == nil }
    }

    /// Bytes that hold no MPEG frame, no Ogg page and no header: all of them are below 64.
    private static func garbage(_ text: String) -> Bytes {
        Bytes((0..<20000).map { UInt8(truncatingIfNeeded: StableHash.of("\($0)") & 63) })
    }

    // MARK: Faults

    private func fault() -> Fault.Effect? {
        let audioNumber = state.countAudioRequest()
        return configuration.faults.first { $0.requests.contains(audioNumber) }?.effect
    }

    /// What is answered in place of speech; nil where the fault lies elsewhere.
    private func answerInstead(_ effect: Fault.Effect?) -> HTTPServerResponse? {
        switch effect {
        case .status(let status, let code, let retryAfter):
            var response = respond(Refusal.fault(status: status, code: code).answer(traceID: traceID))
            if let retryAfter {
                let isWhole = retryAfter.rounded() == retryAfter
                response.headers["retry-after"] = isWhole ? "\(Int(retryAfter))" : "\(retryAfter)"
            }
            return response
        case .html(let status):
            let page = """
                <!DOCTYPE html>
                <html><head><title>\(status) from a proxy on the way</title></head>
                <body><h1>\(status)</h1><p>This page stands where the service's answer should be.</p></body></html>

                """
            return respond(Answer(status: status, contentType: "text/html; charset=utf-8", text: page))
        case .json:
            return respond(.json(["message": "This is JSON, and no audio comes.", "status": "no_audio"]))
        default: return nil
        }
    }

    // MARK: Answers

    private func respond(_ answer: Answer) -> HTTPServerResponse {
        var response = HTTPServerResponse(status: answer.status, headers: commonHeaders())
        response.headers["content-type"] = answer.contentType
        for (name, value) in answer.headers { response.headers[name] = value }
        response.body = .bytes(Bytes(answer.text))
        state.update(number) { $0.status = answer.status }
        return response
    }

    private func commonHeaders() -> HTTPHeaders {
        [
            ("access-control-allow-origin", "*"), ("vary", "Accept-Language"), ("x-trace-id", traceID),
            ("x-region", "simulator"),
        ].reduce(into: HTTPHeaders()) { $0[$1.0] = $1.1 }
    }
}
