"""From names to loaded models: what the catalog holds, run by the engine that was chosen."""

from __future__ import annotations

import pickle  # for the name of its error alone
from pathlib import Path
from typing import TYPE_CHECKING

from models.catalog import default_store, held_form, load_catalog, locate
from models.choosing import ANYTHING, Needs, default_model, preferred_model, this_machine
from models.vad import Silero
from models.weights import Pulled, weights_called
from pipeline.errors import ModelError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.catalog import Catalog, Format, Model, Store
    from models.choosing import Machine
    from models.language import LanguageModel, Spacy
    from models.recogniser import Recogniser
    from models.sentences import SentenceModel
    from models.vad import VoiceDetector
    from models.voices import VoiceTeller

ENGINES = ("faster-whisper", "openai-whisper")
# The format that an engine must have; one that is not named takes any of Whisper's.
FORMS: Mapping[str, Format] = {"openai-whisper": "openai"}
DEFAULT_ENGINE = "faster-whisper"
DEFAULT_MODEL = "base"  # the smallest that knows every language of Whisper's: what is pulled first
# What torch and CTranslate2 raise while they load, for want of memory, a driver or a sound file,
# and torch for a file that holds something else.
MACHINE = (RuntimeError, ValueError, OSError, MemoryError, ImportError)
LOADING = (*MACHINE, pickle.UnpicklingError, EOFError, KeyError, TypeError)
LANGUAGE_MODELS = {"en": "en_core_web_sm"}
VOICES = "voices"
SENTENCES = "sentences"
PULLED_FIRST = (DEFAULT_MODEL, VOICES, *LANGUAGE_MODELS.values(), SENTENCES)


class LocalEngines:
    """Models of this machine, each loaded when it is first asked for and then kept."""

    def __init__(
        self,
        engine: str = DEFAULT_ENGINE,
        model: str | None = None,
        device: str = "auto",
        needs: Needs = ANYTHING,
        catalog: Catalog | None = None,
        store: Store | None = None,
    ) -> None:
        """Choose engine and model, by name or path; None is what suits this machine.

        Raises UsageError for a model that there is not, or that cannot do what is needed.
        """
        self._catalog = catalog or load_catalog()
        self._store = store or default_store()
        self._engine, self._device = engine, device
        self._advice = ""
        name = model or self._default(needs)
        self._weights = weights_called(name, self._catalog, self._store)
        if needs.translate and not self._weights.translates:
            raise UsageError(
                f"the model {self._weights.name} cannot translate. Say --model base, small, medium "
                "or large (those whose names end in .en, and turbo, do not), or --no-translate."
            )
        self._recogniser: Recogniser | None = None
        self._detector = Silero()
        self._voices: VoiceTeller | None = None
        self._readers: dict[str, Spacy] = {}
        self._sentences: SentenceModel | None = None

    def _default(self, needs: Needs) -> str:
        """Choose a model for this machine, and keep what would be better."""
        only = FORMS.get(self._engine)
        here = {m.name for m in self._catalog.models if held_form(m, self._store, only)}
        machine = machine_of(self._engine, self._device)
        chosen = default_model(self._catalog, here, machine, needs)
        preferred = preferred_model(machine, needs)
        size, best = (self._catalog.model(each).parameters for each in (chosen, preferred))
        if size < best:
            self._advice = f"; with relisten models pull {preferred} it would hear better"
        return chosen

    @property
    def model_name(self) -> str:
        """The model's own name, where it was asked for by another."""
        return self._weights.name

    @property
    def own_digest(self) -> str | None:
        """The sha256 of weights of the user's own; None of those that a name is enough for."""
        return None if isinstance(self._weights, Pulled) else self._weights.digest

    @property
    def recogniser(self) -> Recogniser:
        """What hears words. Raises ModelMissing where its weights are not on this machine."""
        if self._recogniser is None:
            try:
                self._recogniser = self._load_recogniser()
            except LOADING as error:  # a fault of the machine, not of the file that is heard
                raise self._cannot("load", error) from error
        return self._recogniser

    def expected_speed(self) -> float:
        """Return how many seconds of voice may be heard in a second, which is tried.

        Raises ModelError where that fails: so does all hearing with these weights.
        """
        recogniser = self.recogniser
        try:
            return recogniser.expected_speed()
        except LOADING as error:
            raise self._cannot("run", error) from error

    def _cannot(self, do: str, error: Exception) -> ModelError:
        return ModelError(
            f"{self._engine} cannot {do} the model {self._weights.name} ({error}). "
            f"{self._weights.mend}; if that is well, try --device cpu or a smaller --model."
        )

    def _load_recogniser(self) -> Recogniser:
        if self._engine == "openai-whisper":
            from models.openai_whisper_recogniser import OpenAIWhisper

            checkpoint = self._weights.require(FORMS[self._engine])
            return OpenAIWhisper(checkpoint, self.model_name, self._weights.digest, self._device)
        from models.cuda import quantization
        from models.faster_whisper_recogniser import FasterWhisper

        folder = self._weights.converted(quantization(self._device))
        return FasterWhisper(folder, self.model_name, self._weights.digest, self._device)

    def describe(self) -> str:
        """Say what hears, on what and by what, as "base on 2 cores (faster-whisper, int8)"."""
        place, computed = place_of(self._engine, self._device)
        return f"{self.model_name} on {place} ({self._engine}, {computed})"

    @property
    def advice(self) -> str:
        """How it would hear better, where the model that this machine is up to is not on it."""
        return self._advice

    @property
    def voice_detector(self) -> VoiceDetector:
        """What hears that somebody speaks: it comes with faster-whisper."""
        return self._detector

    @property
    def voices(self) -> VoiceTeller | None:
        """What tells voices apart, None where its weights are not on this machine."""
        model = self._catalog.model(VOICES)
        if self._voices is None and held_form(model, self._store) is not None:
            from models.voices import LocalVoices

            self._voices = LocalVoices(model, self._store)
        return self._voices

    @property
    def sentences(self) -> SentenceModel | None:
        """What tells what sentences mean, None where its weights are not on this machine."""
        if self._sentences is None:
            from models.sentences import local_sentences

            self._sentences = local_sentences(self._catalog, self._store)
        return self._sentences

    def language_model(self, language: str) -> LanguageModel | None:
        """Return what reads a language, None where nothing on this machine does."""
        if language not in self._readers and (found := self._load_reader(language)):
            self._readers[language] = found
        return self._readers.get(language)

    def _load_reader(self, language: str) -> Spacy | None:
        """Load what the catalog has for a language, else what somebody has installed for it."""
        from models.language import Spacy, installed_package

        model = self._language_model(language)
        if model and (folder := locate(model, self._store)):
            form = held_form(model, self._store)
            return Spacy(Path(folder), model.name, form.digest if form else "")
        package = installed_package(language)
        return Spacy(package, package, "") if package else None

    def _language_model(self, language: str) -> Model | None:
        name = LANGUAGE_MODELS.get(language)
        return self._catalog.model(name) if name else None

    def require_recogniser(self) -> None:
        """Raise RelistenError, before any work begins, where weights or the device are not here."""
        self._weights.require(FORMS.get(self._engine))
        if self._device == "cuda":
            require_cuda(self._engine)


def require_cuda(engine: str) -> None:
    """Raise ModelError where an engine cannot use a GPU, with what mends it."""
    from models.cuda import has_libraries

    if not has_cuda(engine):
        raise ModelError("there is no CUDA device here; leave out --device, or say --device cpu.")
    if engine == "faster-whisper" and not has_libraries():
        raise ModelError(
            "the GPU cannot be used without CUDA's libraries. Run: pip install nvidia-cublas-cu12, "
            "or leave out --device."
        )


def has_cuda(engine: str) -> bool:
    """Tell whether an engine finds a GPU of Nvidia's that it can use."""
    if engine == "openai-whisper":
        import torch

        return bool(torch.cuda.is_available())
    import ctranslate2

    return int(ctranslate2.get_cuda_device_count()) > 0


def uses_gpu(engine: str, device: str) -> bool:
    """Tell whether an engine computes on a GPU where a device is asked for."""
    from models.cuda import gpu_memory, runs_on_gpu

    if device != "auto":
        return device == "cuda"
    # The driver is asked first: torch takes two seconds to say that there is nothing.
    return gpu_memory() > 0 and (
        has_cuda(engine) if engine == "openai-whisper" else runs_on_gpu(device)
    )


def machine_of(engine: str, device: str) -> Machine:
    """Return what an engine can use of this machine."""
    return this_machine(on_gpu=uses_gpu(engine, device))


def place_of(engine: str, device: str) -> tuple[str, str]:
    """Return on what an engine runs, as "2 cores" or "CUDA", and what it computes in."""
    from models.cuda import compute_type

    machine = machine_of(engine, device)
    on_gpu = uses_gpu(engine, device)
    place = "CUDA" if on_gpu else f"{machine.cores} core{'s' if machine.cores > 1 else ''}"
    if engine == "openai-whisper":
        return place, "float16" if on_gpu else "float32"
    return place, compute_type(device)
