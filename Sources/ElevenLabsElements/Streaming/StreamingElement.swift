package import GStreamer

/// What every element of ours lets the pipeline do with it beyond its states and properties.
package protocol StreamingElement: ElementImplementation {
    /// Bytes of audio received so far.
    var receivedBytes: Int { get }

    /// How much audio there is to give. Any thread; does not block.
    var supply: StreamSupply { get }

    /// Ends the stream at once: cancels the request and lets the end of the stream follow what came. Nothing is reported as
    /// an error. Any thread; does not block. - Parameter dropping: what is still queued does not leave any more.
    func end(dropping: Bool)

    /// Waits until the last request has let go of the element. Ask when the element has left PAUSED, which cancels it.
    func finished() async
}
