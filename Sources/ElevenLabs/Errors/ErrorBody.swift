#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The body of a refusal, in any of the forms in which the service and what stands before it write one:
/// an object in `detail` (current and older), a list in `detail` (a field each), a text in `detail`, the object itself,
/// and everything that is not JSON.
struct ErrorBody {
    var code: String?
    var status: String?
    var type: String?
    var message: String?
    var param: String?
    var requestID: String?

    init(_ bytes: [UInt8], isWhole: Bool) {
        guard isWhole, let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)) else {
            message = TextBody.excerpt(bytes)
            return
        }
        switch document.detail {
        case .object(let fields): take(fields)
        case .list(let findings): takeFindings(findings)
        case .text(let text): message = Self.line(text)
        case nil: take(document.fields)
        }
        // JSON that says nothing in a form we know is still better shown than dropped.
        if message == nil, code == nil, status == nil { message = TextBody.excerpt(bytes) }
    }

    private mutating func take(_ fields: Fields) {
        code = Self.token(fields.code)
        status = Self.token(fields.status)
        type = Self.token(fields.type)
        message = Self.line(fields.message)
        param = Self.token(fields.param)
        requestID = Self.token(fields.requestID)
    }

    private mutating func takeFindings(_ findings: [Finding]) {
        type = findings.lazy.compactMap { Self.token($0.type) }.first
        param = findings.lazy.compactMap { Self.token($0.path) }.first
        let sentences = findings.prefix(20).compactMap { finding -> String? in
            let words = [finding.path, finding.message].compactMap { $0 }.filter { !$0.isEmpty }
            return words.isEmpty ? nil : words.joined(separator: ": ")
        }
        message = Self.line(sentences.joined(separator: "; "))
    }

    private static func line(_ text: String?) -> String? {
        guard let line = text.map({ DisplayText.line($0, limit: ElevenLabsError.maximumMessageLength) }),
            !line.isEmpty
        else { return nil }
        return line
    }

    private static func token(_ text: String?) -> String? {
        guard let line = text.map({ DisplayText.line($0, limit: 100) }), !line.isEmpty else { return nil }
        return line
    }
}

extension ErrorBody {
    /// The JSON document; each field is read on its own, so that one of the wrong type does not lose the others.
    private struct Document: Decodable {
        var detail: Detail?
        var fields: Fields

        enum CodingKeys: String, CodingKey { case detail }

        init(from decoder: any Decoder) throws {
            detail = try? decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Detail.self, forKey: .detail)
            fields = try Fields(from: decoder)
        }
    }

    private enum Detail: Decodable {
        case object(Fields)
        case list([Finding])
        case text(String)

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                self = .text(text)
            } else if let list = try? decoder.singleValueContainer().decode([Finding].self) {
                self = .list(list)
            } else {
                self = .object(try Fields(from: decoder))
            }
        }
    }

    private struct Fields: Decodable {
        var code, status, type, message, param, requestID: String?

        enum CodingKeys: String, CodingKey {
            case code, status, type, message, param
            case requestID = "request_id"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            code = values.text(.code)
            status = values.text(.status)
            type = values.text(.type)
            message = values.text(.message)
            param = values.text(.param)
            requestID = values.text(.requestID)
        }
    }

    /// One entry of a 422's list: which field, and what is wrong with it.
    private struct Finding: Decodable {
        var type, path, message: String?

        enum CodingKeys: String, CodingKey {
            case type, loc
            case message = "msg"
        }

        init(from decoder: any Decoder) throws {
            guard let values = try? decoder.container(keyedBy: CodingKeys.self) else {
                message = try? decoder.singleValueContainer().decode(String.self)
                return
            }
            type = values.text(.type)
            message = values.text(.message)
            let steps = (try? values.decodeIfPresent([Step].self, forKey: .loc)) ?? []
            path = steps.map(\.text).filter { !$0.isEmpty && $0 != "body" }.joined(separator: ".")
        }
    }

    /// A step on the way to a field: a name, or a place in a list.
    private struct Step: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            text = (try? value.decode(String.self)) ?? (try? value.decode(Int.self)).map(String.init) ?? ""
        }
    }
}

extension KeyedDecodingContainer {
    /// A text, or a number as its text; nil for anything else.
    fileprivate func text(_ key: Key) -> String? {
        (try? decodeIfPresent(String.self, forKey: key))
            ?? (try? decodeIfPresent(Int.self, forKey: key)).map(String.init)
    }
}
