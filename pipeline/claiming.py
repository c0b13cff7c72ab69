"""Whose turn it is among many files, where several processes take from the same ones.

A file is held while it is worked on. What another process holds is put off to the end.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.errors import AudioError
from pipeline.library.holding import held_now, holding
from pipeline.listening import Listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.listening import Engines
    from pipeline.survey import Task


@dataclass(slots=True)
class Turn:
    """A file being listened to; `held` once no other process can work on its recording."""

    task: Task
    listening: Listening
    held: bool = False
    _hold: ExitStack = field(default_factory=ExitStack)

    def hold(self, folder: Path) -> bool:
        """Hold the recording if no other process does; raises AudioError for an unreadable file."""
        if not self.held:
            self.held = self._hold.enter_context(held_now(folder, self.listening.identity))
        return self.held

    def wait(self, folder: Path, tell: Callable[[], None]) -> None:
        """Hold the recording as soon as no other process does."""
        if not self.hold(folder):
            self._hold.enter_context(holding(folder, self.listening.identity, tell))
            self.held = True

    @property
    def identity(self) -> str | None:
        """The id of the recording, None where the file was not read yet, or cannot be."""
        known: str | None = vars(self.listening).get("identity")
        return known

    def close(self) -> None:
        """Let go of the recording, and of its sound."""
        self.held = False
        self._hold.close()
        self.listening.close()


class Turns:
    """Files by turns; while one is worked on, the next is held, decoded and searched for voice."""

    def __init__(
        self, tasks: Sequence[Task], library: Library, engines: Engines, tell: Callable[[], None]
    ) -> None:
        """Take tasks; `tell` is called where nothing is left but to wait for another process."""
        self._waiting, self._put_off = deque(tasks), deque[Turn]()
        self._library, self._engines, self._tell = library, engines, tell
        self._pool = ThreadPoolExecutor(1)
        self._ahead: tuple[Turn, Future[None]] | None = None

    def __iter__(self) -> Iterator[tuple[Task, Turn | None]]:
        """Yield every file once: with its turn and held, or with None where nothing is to be done.

        One that cannot be read is not held: what is wrong with it is said in its turn.
        """
        while self._waiting:
            task = self._waiting.popleft()
            turn = None if task.settled else self._next(task)
            if turn is not None and not self._take(turn, wait=False):
                self._put_off.append(turn)
            else:
                yield task, turn
        while self._put_off:
            turn = self._put_off.popleft()
            self._take(turn, wait=True)
            yield turn.task, turn

    def _next(self, task: Task) -> Turn:
        """Return a file's turn: the one that was begun ahead, or a new one."""
        if self._ahead is None or self._ahead[0].task is not task:
            return self._turn(task)
        (turn, begun), self._ahead = self._ahead, None
        begun.exception()  # waits for it; what goes wrong ahead goes wrong again in its time
        return turn

    def _take(self, turn: Turn, *, wait: bool) -> bool:
        """Hold a file's recording if no other process does, or wait for it."""
        with suppress(AudioError):
            if wait:
                turn.wait(self._library.folder, self._tell)
            return turn.hold(self._library.folder)
        return True

    def go_ahead(self) -> None:
        """Begin with the next file that is to be worked on, beside what is worked on now.

        One that may have killed relisten is begun alone, so that it is plain which one does.
        """
        task = next((each for each in self._waiting if not each.settled), None)
        if task is not None and not task.suspect and self._ahead is None:
            turn = self._turn(task)
            new = task.recording is None and turn.identity is None
            self._ahead = turn, self._pool.submit(_begin, turn, self._library.folder, new=new)

    def _turn(self, task: Task) -> Turn:
        """Return the turn of a file; one that another process did meanwhile need not be read."""
        turn = Turn(task, Listening(task.path, self._engines))
        if identity := self._library.place(turn.listening.sighting):
            turn.listening.identity = identity
        return turn

    def close(self) -> None:
        """Let go of what was begun ahead, without waiting for it."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._ahead is not None:
            turn, begun = self._ahead
            begun.add_done_callback(lambda _: turn.close())
        for turn in self._put_off:
            turn.close()


def _begin(turn: Turn, folder: Path, *, new: bool) -> None:
    """Hold a file, and if it is new find out what will be asked of it."""
    if turn.hold(folder) and new:
        turn.listening.ahead()


@contextmanager
def by_turns(
    tasks: Sequence[Task], library: Library, engines: Engines, tell: Callable[[], None]
) -> Iterator[Turns]:
    """Lend files by turns, and let go of all of them at the end."""
    turns = Turns(tasks, library, engines, tell)
    try:
        yield turns
    finally:
        turns.close()
