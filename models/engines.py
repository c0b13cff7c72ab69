"""From names to loaded models: what the catalog holds, run by the engine that was chosen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from models.catalog import default_store, held_form, load_catalog, locate, require
from models.vad import Silero
from pipeline.errors import ModelError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.catalog import Catalog, Format, Model, Store
    from models.language import LanguageModel, Spacy
    from models.recogniser import Recogniser
    from models.vad import VoiceDetector

ENGINES = ("faster-whisper", "openai-whisper")
# The format that an engine must have; one that is not named takes any of Whisper's.
FORMS: Mapping[str, Format] = {"openai-whisper": "openai"}
DEFAULT_ENGINE = "faster-whisper"
DEFAULT_MODEL = "base"  # the smallest that knows every language of Whisper's
# What torch and CTranslate2 raise while they load, for want of memory, a driver or a sound file.
LOADING = (RuntimeError, ValueError, OSError, MemoryError, ImportError)
LANGUAGE_MODELS = {"en": "en_core_web_sm"}


class LocalEngines:
    """Models of this machine, each loaded when it is first asked for and then kept."""

    def __init__(
        self,
        engine: str = DEFAULT_ENGINE,
        model: str = DEFAULT_MODEL,
        device: str = "auto",
        catalog: Catalog | None = None,
        store: Store | None = None,
    ) -> None:
        """Choose engine and model; raises UsageError for a name that the catalog does not have."""
        self._catalog = catalog or load_catalog()
        self._store = store or default_store()
        self._engine, self._device = engine, device
        self._model = self._catalog.model(model.strip().lower())
        if self._model.kind != "whisper":
            raise UsageError(f"{model} is no Whisper model. See: relisten models list")
        self._recogniser: Recogniser | None = None
        self._detector = Silero()
        self._readers: dict[str, Spacy] = {}

    @property
    def model_name(self) -> str:
        """The model's own name, where it was asked for by another."""
        return self._model.name

    @property
    def recogniser(self) -> Recogniser:
        """What hears words. Raises ModelMissing where its weights are not on this machine."""
        if self._recogniser is None:
            try:
                self._recogniser = self._load_recogniser()
            except LOADING as error:  # a fault of the machine, not of the file that is heard
                raise ModelError(
                    f"{self._engine} cannot load the model {self._model.name} ({error}). Run: "
                    f"relisten models verify {self._model.name}; if that is well, try --device cpu "
                    "or a smaller --model."
                ) from error
        return self._recogniser

    def _load_recogniser(self) -> Recogniser:
        if self._engine == "openai-whisper":
            from models.openai_whisper_recogniser import OpenAIWhisper

            checkpoint = require(self._model, self._store, FORMS[self._engine])
            return OpenAIWhisper(checkpoint, self._model.name, self._digest, self._device)
        from models.conversion import converted
        from models.faster_whisper_recogniser import FasterWhisper, runs_on_gpu

        on_gpu = runs_on_gpu(self._device)
        folder = converted(self._model, self._store, "float16" if on_gpu else "int8")
        return FasterWhisper(folder, self._model.name, self._digest, self._device)

    @property
    def _digest(self) -> str:
        form = held_form(self._model, self._store)
        return form.digest if form else ""

    @property
    def voice_detector(self) -> VoiceDetector:
        """What hears that somebody speaks: it comes with faster-whisper."""
        return self._detector

    def language_model(self, language: str) -> LanguageModel | None:
        """Return what reads a language, None where nothing on this machine does."""
        model = self._language_model(language)
        folder = locate(model, self._store) if model else None
        if model is None or folder is None:
            return None
        if language not in self._readers:
            from models.language import Spacy

            form = held_form(model, self._store)
            digest = form.digest if form else ""
            self._readers[language] = Spacy(Path(folder), model.name, digest)
        return self._readers[language]

    def _language_model(self, language: str) -> Model | None:
        name = LANGUAGE_MODELS.get(language)
        return self._catalog.model(name) if name else None

    def require_recogniser(self) -> None:
        """Raise ModelError, before any work begins, where weights or the device are not here."""
        require(self._model, self._store, FORMS.get(self._engine))
        if self._device == "cuda" and not has_cuda(self._engine):
            raise ModelError(
                "there is no CUDA device here; leave out --device, or say --device cpu."
            )


def has_cuda(engine: str) -> bool:
    """Tell whether an engine finds a GPU of Nvidia's that it can use."""
    if engine == "openai-whisper":
        import torch

        return bool(torch.cuda.is_available())
    import ctranslate2

    return int(ctranslate2.get_cuda_device_count()) > 0
