import GStreamer

/// What was set on an element, by property name. What is not in it is not sent.
struct PropertySettings: Sendable, Equatable {
    private var values: [String: PropertyValue] = [:]

    subscript(_ name: String) -> PropertyValue? {
        get { values[name] }
        set { values[name] = newValue }
    }

    func string(_ name: String) -> String? { if case .string(let value) = values[name] { value } else { nil } }
    func boolean(_ name: String) -> Bool? { if case .boolean(let value) = values[name] { value } else { nil } }
    func unsigned(_ name: String) -> UInt32? { if case .unsigned(let value) = values[name] { value } else { nil } }
    func double(_ name: String) -> Double? { if case .double(let value) = values[name] { value } else { nil } }
    func strings(_ name: String) -> [String]? { if case .strings(let value) = values[name] { value } else { nil } }
    func structure(_ name: String) -> [String: BusEvent.Field]? {
        if case .structure(let value) = values[name] { value } else { nil }
    }
}
