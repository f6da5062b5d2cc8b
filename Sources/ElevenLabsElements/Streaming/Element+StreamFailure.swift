import GStreamer

extension Element {
    /// Posts a failure as this element's error.
    func post(_ failure: StreamFailure) {
        var details: [String: BusEvent.Field] = [:]
        details["http-status"] = failure.httpStatus.map { .integer(Int64($0)) }
        details["request-id"] = failure.requestID.map { .string($0) }
        details["service-code"] = failure.serviceCode.map { .string($0) }
        postError(
            domain: StreamFailure.domain, code: failure.category.rawValue, message: failure.message, details: details)
    }
}
