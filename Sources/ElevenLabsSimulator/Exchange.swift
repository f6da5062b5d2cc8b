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
            guard route.isAudio else { return respond(try listing(route)) }
            let form = route.takesUpload ? await form() : .success(UploadForm([]))
            let effect = fault()
            if case .silent(let seconds) = effect {
                try await Task.sleep(for: seconds.map { .seconds($0) } ?? .forever)
            }
            if let instead = answerInstead(effect) { return instead }
            return try await audio(route, try audioCall(route, form.get()), effect)
        } catch let refusal as Refusal {
            return respond(refusal.answer(traceID: traceID))
        } catch {
            // A cancelled wait, whose client is gone, or a pipeline that does not start.
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

    // MARK: Audio

    /// The fields of an upload, which the log keeps as well. A body of another type is a form without any.
    private func form() async -> Result<UploadForm, Refusal> {
        guard RecordedRequest.isForm(request) else { return .success(UploadForm([])) }
        let parts: [MultipartPart]
        do {
            parts = try await Studio.shared.parts(of: request)
        } catch {
            return .failure(.text(status: 400, "There was an error parsing the body"))
        }
        let audio = configuration.keepsAudio ? parts.last { $0.name == "audio" }?.body.array : nil
        let recorded = parts.map(RecordedRequest.Part.init)
        state.update(number) { entry in
            entry.parts = recorded
            entry.uploadedAudio = audio ?? []
        }
        return .success(UploadForm(parts))
    }

    private func audioCall(_ route: Route, _ form: UploadForm) throws(Refusal) -> any AudioCall {
        switch route {
        case .changeVoice(let voiceID, let streams):
            try VoiceChangerCall(call, form, voiceID: voiceID, streams: streams)
        case .isolate(let streams): try IsolationCall(form, streams: streams)
        case .streamSpeech(let voiceID): try SpeechCall(call, voiceID: voiceID)
        case .timedSpeech(let voiceID, let streams):
            try SpeechCall(call, voiceID: voiceID, streams: streams, isTimed: true)
        default: throw .text(status: 404, "Not Found")
        }
    }

    private func audio(
        _ route: Route, _ request: any AudioCall, _ effect: Fault.Effect?
    ) async throws -> HTTPServerResponse {
        try state.account.authenticate(call)
        let checked = try await request.check(configuration)
        let ticket = try state.begin(cost: checked.cost, model: checked.model)
        var stream = checked.stream
        // The first sentence is spoken while the client would be waiting anyway.
        if effect != .empty, effect != .garbage { await stream.prepare() }
        try await ContinuousClock().sleep(until: arrival + configuration.firstByteDelay)
        let whole = route.streams ? nil : try await wholeFile(stream, effect)

        var response = HTTPServerResponse(status: 200, headers: commonHeaders())
        if case .wrongType(let type) = effect {
            response.headers["content-type"] = type
        } else {
            response.headers["content-type"] = stream.mediaType
        }
        response.headers["request-id"] = StableHash.identifier("request \(number)")
        response.headers["history-item-id"] = StableHash.identifier("history \(number)")
        response.headers["character-cost"] = "\(checked.cost)"
        response.headers["current-concurrent-requests"] = "\(ticket.running)"
        response.headers["maximum-concurrent-requests"] = "\(state.account.concurrencyLimit(checked.model))"
        response.headers["tts-latency-ms"] = "\(Int((ContinuousClock.now - arrival) / .milliseconds(1)))"
        response.headers["access-control-expose-headers"] = """
            request-id, history-item-id, character-cost, regeneration-count, generation-info, \
            current-concurrent-requests, maximum-concurrent-requests
            """
        if let whole { response.headers["content-length"] = "\(whole.count)" }
        state.update(number) { $0.status = 200 }
        response.body = .stream { [stream] writer in
            // Before the client sees the end: it may ask for the next at once.
            defer { ticket.end() }
            try await send(whole ?? stream, effect, to: writer, isPaced: whole == nil) { ticket.end() }
        }
        return response
    }

    /// Everything that a route without `/stream` will send, so that its length stands in the head.
    private func wholeFile(_ stream: any AudioStream, _ effect: Fault.Effect?) async throws -> WholeFile {
        switch effect {
        case .empty: return WholeFile(Bytes([]), format: stream.format)
        case .garbage: return WholeFile(Self.garbage, format: stream.format)
        case .short(let chunks):
            // A proper end before the end of the audio is a shorter file.
            let length = AudioDelivery.size(ofChunks: chunks, configuration.chunkSizes)
            return try await WholeFile(collecting: stream).prefix(length)
        default: return try await WholeFile(collecting: stream)
        }
    }

    private func send(
        _ stream: any AudioStream, _ effect: Fault.Effect?, to writer: HTTPBodyWriter, isPaced: Bool,
        onBreak: @escaping @Sendable () -> Void
    ) async throws {
        let delivery = AudioDelivery(
            to: writer, sizes: configuration.chunkSizes,
            bytesPerSecond: isPaced ? configuration.pace.map { $0 * Double(stream.byteRate) } : nil,
            fault: effect,
            record: { [state, number, configuration] chunk in
                state.update(number) { entry in
                    entry.words = stream.transcript?.words(rate: stream.format.sampleRate) ?? []
                    entry.chunkSizes.append(chunk.count)
                    if configuration.keepsAudio { chunk.withUnsafeBytes { entry.audio.append(contentsOf: $0) } }
                }
            }, onBreak: onBreak)
        do {
            switch effect {
            case .empty: return
            case .garbage: try await delivery.deliver(Self.garbage)
            default: try await stream.run { try await delivery.deliver($0) }
            }
            try await delivery.finish()
        } catch AudioDelivery.Ended.short {
            return
        }
        state.update(number) { $0.isComplete = effect == nil }
    }

    /// Bytes that hold no MPEG frame, no Ogg page and no header: all of them are below 64.
    private static let garbage = Bytes((0..<20000).map { UInt8(truncatingIfNeeded: StableHash.of("\($0)") & 63) })

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
