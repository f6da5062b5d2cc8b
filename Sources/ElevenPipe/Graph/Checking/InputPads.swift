import GStreamer

/// The input pads that an element's own properties name, as `sink_0::volume` does, and who gets which.
enum InputPads {
    /// The properties of an element that are meant for input pads which are made when they are asked for.
    static func named(
        by element: Graph.Element, _ factory: ElementFactory
    ) -> [(pad: String, property: Graph.Property)] {
        element.properties.compactMap { property in
            property.name.firstRange(of: "::").map { (String(property.name[..<$0.lowerBound]), property) }
        }
        .filter { factory.requestInput(named: $0.0) }
    }

    /// The pads of several sources where the element names one such as `sink_1`: the first source gets `sink_0`, and so on.
    ///
    /// - Parameter chosen: each source's own choice of a pad; it stays.
    static func numbered(_ pad: String, for chosen: [String?]) -> [String?] {
        guard pad.last?.isNumber == true else { return chosen }
        let head = pad.reversed().drop { $0.isNumber }.reversed()
        let taken = Set(chosen.compactMap(\.self))
        var number = 0
        return chosen.map { name in
            if let name, !name.contains("%") { return name }
            while taken.contains("\(String(head))\(number)") { number += 1 }
            defer { number += 1 }
            return "\(String(head))\(number)"
        }
    }
}
