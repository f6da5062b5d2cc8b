enum GraphChecker { static func findings(in graph: Graph) -> [Finding] { [] } }
