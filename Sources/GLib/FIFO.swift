/// First in, first out, in an array whose used-up part is cut off now and then.
package struct FIFO<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var start = 0

    package init() {}

    package var isEmpty: Bool { start == elements.count }
    package var first: Element? { isEmpty ? nil : elements[start] }
    /// All that wait, the first one first.
    package var all: ArraySlice<Element> { elements[start...] }

    package mutating func append(_ element: Element) { elements.append(element) }

    package mutating func removeFirst() {
        start += 1
        guard start == elements.count || (start >= 64 && start * 2 >= elements.count) else { return }
        elements.removeFirst(start)
        start = 0
    }
}
