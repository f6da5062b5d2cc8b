/// Which Debian package brings an element that is not installed.
enum PackageTable {
    /// The package of an element; nil where it is not a well-known one.
    static func package(of element: String) -> String? {
        if element.hasPrefix("avdec_") || element.hasPrefix("avenc_") || element.hasPrefix("avmux_")
            || element.hasPrefix("avdemux_")
        {
            return "gstreamer1.0-libav"
        }
        return packages[element]
    }

    /// The package that decodes a media type; nil where it is not known.
    static func package(decoding mediaType: String) -> String? { decoders[mediaType] }

    /// All elements in the table, for suggestions.
    static var elements: some Sequence<String> { packages.keys }

    private static let packages: [String: String] = {
        var packages: [String: String] = [:]
        for (package, names) in elementsByPackage {
            for name in names.split(whereSeparator: \.isWhitespace) { packages[String(name)] = package }
        }
        return packages
    }()

    private static let elementsByPackage = [
        "libgstreamer1.0-0": """
        capsfilter concat dataurisrc downloadbuffer fakesink fakesrc fdsink fdsrc filesink filesrc funnel identity
        input-selector multiqueue output-selector queue queue2 streamiddemux tee typefind valve
        """,
        "gstreamer1.0-plugins-base": """
        adder appsink appsrc audioconvert audiointerleave audiomixer audiorate audioresample audiotestsrc
        cdparanoiasrc compositor decodebin decodebin3 encodebin encodebin2 giosink giosrc giostreamsink giostreamsrc
        oggdemux oggmux oggparse opusdec opusenc parsebin playbin playbin3 rawaudioparse socketsrc streamsynchronizer
        subparse tcpclientsink tcpclientsrc tcpserversink tcpserversrc theoradec theoraenc uridecodebin uridecodebin3
        urisourcebin videoconvert videorate videoscale videotestsrc volume vorbisdec vorbisenc vorbisparse vorbistag
        """,
        "gstreamer1.0-alsa": "alsasink alsasrc alsamidisrc",
        "gstreamer1.0-pipewire": "pipewiresink pipewiresrc",
        "gstreamer1.0-nice": "nicesink nicesrc",
        "gstreamer1.0-libav": "avdeinterlace",
        "gstreamer1.0-x": "clockoverlay textoverlay textrender timeoverlay ximagesink xvimagesink",
        "gstreamer1.0-gtk3": "gtksink gtkglsink",
        "gstreamer1.0-gl": "glimagesink glsinkbin glupload gldownload",
        "gstreamer1.0-espeak": "espeak",
        "gstreamer1.0-rtsp": "rtspclientsink",
        "gstreamer1.0-plugins-good": """
        aacparse ac3parse alawdec alawenc amrparse apedemux apev2mux audioamplify audiochebband audiocheblimit
        audiodynamic audioecho audiofirfilter audioiirfilter audioinvert audiokaraoke audiopanorama audiowsincband
        audiowsinclimit auparse autoaudiosink autoaudiosrc autovideosink autovideosrc avidemux avimux cairooverlay
        capssetter cutter deinterleave dtmfsrc equalizer-10bands equalizer-3bands equalizer-nbands flacdec flacenc
        flacparse flactag flvdemux flvmux gdkpixbufdec icydemux id3demux jackaudiosink jackaudiosrc id3v2mux
        imagefreeze interleave jpegdec jpegenc lamemp3enc level matroskademux matroskamux mp4mux mpegaudioparse
        mpg123audiodec mulawdec mulawenc multifilesink multifilesrc multipartdemux multipartmux multiudpsink navseek
        osssink osssrc oss4sink oss4src pngdec pngenc progressreport pulsesink pulsesrc qtdemux qtmux rganalysis
        rglimiter rgvolume rndbuffersize rtpL16depay rtpL16pay rtpbin rtpjitterbuffer rtpmp4gpay rtpmpapay rtpmpadepay
        rtpopusdepay rtpopuspay rtppcmadepay rtppcmapay rtppcmudepay rtppcmupay rtspsrc scaletempo shout2send
        souphttpsrc spectrum speexdec speexenc splitfilesrc splitmuxsink splitmuxsrc stereo taginject twolamemp2enc
        udpsink udpsrc v4l2src vp8dec vp8enc vp9dec vp9enc wavenc wavpackdec wavpackenc wavpackparse wavparse webmmux
        xingmux ximagesrc y4menc 3gppmux
        """,
        "gstreamer1.0-plugins-bad": """
        adpcmdec adpcmenc gdpdepay gdppay aiffmux aiffparse audiobuffersplit audiochannelmix audiolatency
        audiomixmatrix autoconvert bpmdetect bs2b chromaprint curlfilesink curlhttpsrc curlhttpsink curlsftpsink
        dashdemux dashsink dtsdec dtlsdec dtlsenc faad festival flitetestsrc fluiddec gmedec gsmdec gsmenc h264parse
        h265parse hlsdemux hlssink hlssink2 interaudiosink interaudiosrc intervideosink intervideosrc midiparse
        modplug mpeg2enc mpegpsmux mpegtsmux mplex musepackdec mxfdemux neonhttpsrc openalsink openalsrc openh264dec
        openh264enc openmptdec opusparse pcapparse proxysink proxysrc removesilence rfbsrc ristsink ristsrc rtmp2sink
        rtmp2src rtmpsink rtmpsrc rtpsink rtpsrc sbcdec sbcenc sfdec spanplc speed srtclientsink srtsink srtsrc
        srtpdec srtpenc tsdemux tsparse ttmlparse uvch264src voaacenc voamrwbenc watchdog waylandsink webrtcbin
        webrtcdsp webrtcechoprobe ipcpipelinesink ipcpipelinesrc pitch zbar
        """,
        "gstreamer1.0-plugins-ugly": """
        a52dec amrnbdec amrnbenc amrwbdec asfdemux cdiocddasrc dvdlpcmdec dvdreadsrc mpeg2dec rmdemux siddec x264enc
        """,
    ]

    private static let decoders = [
        "audio/mpeg": "gstreamer1.0-plugins-good",
        "audio/x-flac": "gstreamer1.0-plugins-good",
        "audio/x-mulaw": "gstreamer1.0-plugins-good",
        "audio/x-alaw": "gstreamer1.0-plugins-good",
        "audio/x-wav": "gstreamer1.0-plugins-good",
        "audio/x-speex": "gstreamer1.0-plugins-good",
        "audio/x-wavpack": "gstreamer1.0-plugins-good",
        "video/quicktime": "gstreamer1.0-plugins-good",
        "audio/x-m4a": "gstreamer1.0-plugins-good",
        "audio/x-matroska": "gstreamer1.0-plugins-good",
        "audio/webm": "gstreamer1.0-plugins-good",
        "audio/ogg": "gstreamer1.0-plugins-base",
        "application/ogg": "gstreamer1.0-plugins-base",
        "audio/x-opus": "gstreamer1.0-plugins-base",
        "audio/x-vorbis": "gstreamer1.0-plugins-base",
        "audio/x-gsm": "gstreamer1.0-plugins-bad",
        "audio/x-adpcm": "gstreamer1.0-plugins-bad",
        "audio/x-aiff": "gstreamer1.0-plugins-bad",
        "audio/x-sbc": "gstreamer1.0-plugins-bad",
        "audio/AMR": "gstreamer1.0-plugins-ugly",
        "audio/AMR-WB": "gstreamer1.0-plugins-ugly",
        "audio/x-ac3": "gstreamer1.0-plugins-ugly",
        "audio/x-wma": "gstreamer1.0-libav",
        "audio/x-alac": "gstreamer1.0-libav",
    ]
}
