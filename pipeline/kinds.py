"""Which files are recordings by the suffix of their name, and which are surely none."""

MEDIA_SUFFIXES = frozenset(
    f".{name}"
    for names in (
        "3g2 3gp aac ac3 aif aifc aiff alac amr ape asf au avi caf dss flac flv gsm m2ts m4a m4b",
        "m4v mka mkv mov mp1 mp2 mp3 mp4 mpc mpeg mpg mpga mts mxf oga ogg ogm ogv opus ra rm snd",
        "sph spx tta vob w64 wav weba webm wma wmv wv",
    )
    for name in names.split()
)
# What stands beside recordings in people's folders and needs no opening to be passed over.
OTHER_SUFFIXES = frozenset(
    f".{name}"
    for names in (
        "ass bak bmp crdownload css csv db doc docx download eaf filepart gif heic htm html ini",
        "jpeg jpg js json lab log m3u m3u8 md ods odt opdownload pages part partial pdf pls png",
        "ppt pptx py qdpx rtf rttm srt ssa stm sub svg textgrid tmp toml tsv txt vtt webp xls xlsx",
        "xml yaml yml zip zoom",
    )
    for name in names.split()
)
