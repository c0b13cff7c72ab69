"""Everything that can go wrong for a user, as one tree.

    RelistenError            1
    ├── UsageError           2   the command cannot be meant as it stands
    ├── AudioError           1   a file cannot be heard
    │   ├── NoAudio              it holds no audio at all
    │   └── DamagedAudio         it holds audio that cannot be decoded
    ├── NotTranscribed       1   a recording has no words yet
    ├── ModelError           1   weights are missing, unreachable or wrong
    │   ├── ModelMissing
    │   └── WrongDigest
    ├── MachineError         1   this machine has no room for the work
    ├── RecordingsGone       1   no file that is left is where it was
    └── LibraryError         1   the library cannot be read, written or understood
        ├── NoLibrary            there is none yet
        ├── BackupError          a copy of it cannot be written, read or trusted
        ├── Changed              it is not what it was when it was looked at
        ├── Held                 another process works on the recording
        └── NotFound             nothing, or more than one thing, goes by that name

Each message says what is wrong, with which file, and what to do next.
"""


class RelistenError(Exception):
    """The root: what the command line shows as one sentence."""

    exit_code = 1


class UsageError(RelistenError):
    """The command cannot be meant as it stands."""

    exit_code = 2


class AudioError(RelistenError):
    """A file cannot be heard."""


class NoAudio(AudioError):
    """A file holds no audio at all."""


class DamagedAudio(AudioError):
    """A file holds audio that cannot be decoded."""


class NotTranscribed(RelistenError):
    """A recording has no words yet."""


class ModelError(RelistenError):
    """Weights are missing, unreachable or wrong."""


class ModelMissing(ModelError):
    """Weights are not on this machine."""


class WrongDigest(ModelError):
    """A file is not the one that the catalog means."""


class MachineError(RelistenError):
    """There is no room on this machine for the work: a fault of no file."""


class RecordingsGone(RelistenError):
    """No file that is left is where it was, as after a drive was unplugged."""


class LibraryError(RelistenError):
    """The library cannot be read, written or understood."""


class NoLibrary(LibraryError):
    """There is no library in the folder yet."""


class Changed(LibraryError):
    """What is to be changed is not what it was when it was looked at; `stands` is what it is."""

    def __init__(self, sentence: str, stands: str = "") -> None:
        super().__init__(sentence)
        self.stands = stands


class Held(LibraryError):
    """Another process works on a recording, and is not waited for."""


class NotFound(LibraryError):
    """Nothing, or more than one thing, goes by that name."""


class BackupError(LibraryError):
    """A copy of the library cannot be written, read or trusted."""
