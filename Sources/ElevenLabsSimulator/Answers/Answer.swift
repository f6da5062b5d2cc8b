/// An answer that is there at once.
struct Answer: Sendable {
    var status: Int
    var contentType: String
    var headers: [(name: String, value: String)] = []
    var text: String

    /// A success in JSON.
    static func json(_ value: JSONValue) -> Answer {
        Answer(status: 200, contentType: "application/json", text: value.text)
    }
}

/// A refusal in one of the service's forms.
enum Refusal: Error, Sendable, Hashable {
    /// The form of today: an object in `detail`.
    case detail(status: Int, type: String, code: String, legacyStatus: String, message: String, param: String? = nil)
    /// A 422: what is wrong with each field of the request, found before anybody asks who sent it.
    case validation([ValidationFinding])
    /// What the service's framework says itself: a path that is not there, a method that is not for it.
    case text(status: Int, String)

    /// With a legacy status that is the code again.
    static func refuse(
        _ status: Int, _ type: String, _ code: String, _ message: String, legacy: String? = nil, param: String? = nil
    ) -> Refusal {
        .detail(
            status: status, type: type, code: code, legacyStatus: legacy ?? code, message: message, param: param
        )
    }

    var status: Int {
        switch self {
        case .detail(let status, _, _, _, _, _), .text(let status, _): status
        case .validation: 422
        }
    }

    /// - Parameter traceID: also in the header `x-trace-id`.
    func answer(traceID: String) -> Answer {
        let detail: JSONValue
        switch self {
        case .detail(_, let type, let code, let legacyStatus, let message, let param):
            var fields: [String: JSONValue] = [
                "type": .string(type), "code": .string(code), "status": .string(legacyStatus),
                "message": .string(message), "request_id": .string(traceID),
            ]
            if let param { fields["param"] = .string(param) }
            detail = .object(fields)
        case .validation(let findings): detail = .array(findings.map(\.json))
        case .text(_, let text): detail = .string(text)
        }
        return Answer(
            status: status, contentType: "application/json",
            headers: [
                ("access-control-allow-headers", "*"),
                ("access-control-allow-methods", "POST, PATCH, OPTIONS, DELETE, GET, PUT"),
                ("access-control-max-age", "600"),
            ],
            text: JSONValue.object(["detail": detail]).text
        )
    }
}

/// One entry in a 422's list.
struct ValidationFinding: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        case name(String)
        case index(Int)
    }

    var type: String
    var path: [Step]
    var message: String
    var input: JSONValue
    var context: [String: JSONValue]?

    var json: JSONValue {
        var fields: [String: JSONValue] = [
            "type": .string(type),
            "loc": .array(
                path.map { step in
                    switch step {
                    case .name(let name): .string(name)
                    case .index(let index): .integer(index)
                    }
                }
            ),
            "msg": .string(message),
            "input": input,
        ]
        if let context { fields["ctx"] = .object(context) }
        return .object(fields)
    }
}
