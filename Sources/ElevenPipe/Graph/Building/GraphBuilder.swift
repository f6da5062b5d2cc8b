/// Puts the branches of a graph together: what stands in the braces of ``Graph/init(_:service:playback:insertion:branches:)``.
@resultBuilder public enum GraphBuilder {
    /// One branch, with its place in the source.
    public static func buildExpression(
        _ branch: Graph.Branch, file: String = #fileID, line: Int = #line, column: Int = #column
    ) -> [Graph.Branch] {
        [branch.placed(at: SourceLocation(file: file, line: line, column: column))]
    }

    /// Branches that were made elsewhere.
    public static func buildExpression(_ branches: [Graph.Branch]) -> [Graph.Branch] { branches }
    /// All branches, in their order.
    public static func buildBlock(_ branches: [Graph.Branch]...) -> [Graph.Branch] { branches.flatMap(\.self) }
    /// An `if` without `else`.
    public static func buildOptional(_ branches: [Graph.Branch]?) -> [Graph.Branch] { branches ?? [] }
    /// The first way of an `if` or `switch`.
    public static func buildEither(first branches: [Graph.Branch]) -> [Graph.Branch] { branches }
    /// The other ways.
    public static func buildEither(second branches: [Graph.Branch]) -> [Graph.Branch] { branches }
    /// A loop.
    public static func buildArray(_ branches: [[Graph.Branch]]) -> [Graph.Branch] { branches.flatMap(\.self) }
}

/// Puts the steps of a branch together: what stands in the braces of ``Graph/Branch/init(_:from:steps:)``.
///
/// A text is a step as in a graph file: the name of an element, or caps where there is a `/` in it.
@resultBuilder public enum BranchBuilder {
    /// One step, with its place in the source.
    public static func buildExpression(
        _ step: Graph.Step, file: String = #fileID, line: Int = #line, column: Int = #column
    ) -> [Graph.Step] {
        [step.placed(at: SourceLocation(file: file, line: line, column: column))]
    }

    /// An element without properties, or caps.
    public static func buildExpression(
        _ step: String, file: String = #fileID, line: Int = #line, column: Int = #column
    ) -> [Graph.Step] {
        [Graph.Step(step).placed(at: SourceLocation(file: file, line: line, column: column))]
    }

    /// Steps that were made elsewhere.
    public static func buildExpression(_ steps: [Graph.Step]) -> [Graph.Step] { steps }
    /// All steps, in their order.
    public static func buildBlock(_ steps: [Graph.Step]...) -> [Graph.Step] { steps.flatMap(\.self) }
    /// An `if` without `else`.
    public static func buildOptional(_ steps: [Graph.Step]?) -> [Graph.Step] { steps ?? [] }
    /// The first way of an `if` or `switch`.
    public static func buildEither(first steps: [Graph.Step]) -> [Graph.Step] { steps }
    /// The other ways.
    public static func buildEither(second steps: [Graph.Step]) -> [Graph.Step] { steps }
    /// A loop.
    public static func buildArray(_ steps: [[Graph.Step]]) -> [Graph.Step] { steps.flatMap(\.self) }
}
