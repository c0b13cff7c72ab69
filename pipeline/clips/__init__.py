"""Passages of recordings as sound: found, cut in no word, alike in loudness, played and written."""

from pipeline.clips.cutting import Clip, clip_of, plain
from pipeline.clips.edges import Edges, around, as_shown, cut_points, exactly
from pipeline.clips.originals import Sound, heard_from, original
from pipeline.clips.playing import play, sound_device
from pipeline.clips.resampling import at_rate, with_channels
from pipeline.clips.strands import How, channels_named
from pipeline.clips.telling import tags_of
from pipeline.clips.tones import put_tones
from pipeline.clips.writing import SUFFIXES, Chapter, Tags, check_target, saving, write_sound

__all__ = [
    "SUFFIXES",
    "Chapter",
    "Clip",
    "Edges",
    "How",
    "Sound",
    "Tags",
    "around",
    "as_shown",
    "at_rate",
    "channels_named",
    "check_target",
    "clip_of",
    "cut_points",
    "exactly",
    "heard_from",
    "original",
    "plain",
    "play",
    "put_tones",
    "saving",
    "sound_device",
    "tags_of",
    "with_channels",
    "write_sound",
]
