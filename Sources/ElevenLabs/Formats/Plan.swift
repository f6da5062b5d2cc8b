/// A subscription plan, from the smallest up. The API calls it `tier`.
public enum Plan: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// `free`
    case free
    /// `starter`
    case starter
    /// `creator`
    case creator
    /// `pro`
    case pro
    /// `scale`
    case scale
    /// `business`
    case business

    /// The order of the plans, from free upwards.
    public static func < (left: Plan, right: Plan) -> Bool { left.rank < right.rank }

    private var rank: Int { Plan.allCases.firstIndex(of: self) ?? 0 }
}
