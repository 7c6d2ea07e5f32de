"""Keeps named programs running in the foreground, and stops them in order."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Self

from runtime.errors import StartError
from runtime.logs import rotate, trim
from runtime.processes import Program, end_group, has_ended, launch, stop

FIRST_DELAY, LONGEST_DELAY, STEADY_AFTER = 0.5, 30.0, 60.0  # seconds
_LOOK_EVERY, _TRIM_EVERY = 0.2, 60.0


class Stopped(BaseException):
    """Somebody asked us to stop (Ctrl-C, SIGTERM, the terminal closed) while a start was under way."""


@dataclass
class Child:
    """One program, and what became of it."""

    program: Program
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restart_at: float = 0.0
    delay: float = FIRST_DELAY

    @property
    def running(self) -> bool:
        """Whether it runs right now."""
        return self.process is not None and not has_ended(self.process)


class Supervisor:
    """Runs children until asked to stop. One that dies is started again, later each time it dies soon.

    Use it as a context manager, in the main thread: leaving the block stops every child, the last one first.
    """

    def __init__(self, logs: Path, say: Callable[[str], None]) -> None:
        self.logs = logs
        self.say = say
        self.children: list[Child] = []
        self._asked = threading.Event()
        self._watching = False
        self._handlers: dict[signal.Signals, Any] = {}
        self._trimmed = time.monotonic()

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                self._handlers[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        self._asked.set()
        for child in reversed(self.children):
            if child.process is not None:
                stop(child.process, child.program)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def start(self, program: Program) -> Child:
        """Start a program and keep it running from now on; its output goes to a fresh <name>.log."""
        child = Child(program, self.logs / f"{program.name}.log")
        rotate(child.log)
        self.children.append(child)
        self._launch(child)
        return child

    def watch(self, until: Callable[[], bool] = lambda: False, seconds: float | None = None) -> bool:
        """Look after the children until `until` holds (True), or the seconds are over (False).

        Returns False at once when asked to stop.
        """
        end = None if seconds is None else time.monotonic() + seconds
        self._watching = True
        try:
            while not self._asked.is_set():
                if until():
                    return True
                if end is not None and time.monotonic() > end:
                    return False
                self._look()
                self._asked.wait(_LOOK_EVERY)
            return False
        finally:
            self._watching = False

    @property
    def asked_to_stop(self) -> bool:
        """Whether a signal has come."""
        return self._asked.is_set()

    def _look(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and has_ended(child.process):
                self._bury(child, now)
            elif child.process is None and now >= child.restart_at:
                self._launch(child)
        if now - self._trimmed > _TRIM_EVERY:
            self._trimmed = now
            for child in self.children:
                trim(child.log)

    def _bury(self, child: Child, now: float) -> None:
        """Collect a dead child and set when it starts again."""
        assert child.process is not None
        code = end_group(child.process)
        child.process = None
        if now - child.started > STEADY_AFTER:
            child.delay = FIRST_DELAY
        self._retry(child, f"stopped (exit {code})")

    def _retry(self, child: Child, what: str) -> None:
        hint = "" if child.delay == FIRST_DELAY else f" (log: {child.log})"
        self.say(f"{child.program.name} {what}; starting it again in {child.delay:g} s{hint}")
        child.restart_at = time.monotonic() + child.delay
        child.delay = min(child.delay * 2, LONGEST_DELAY)

    def _launch(self, child: Child) -> None:
        try:
            child.program.prepare()
            child.process = launch(child.program, child.log)
            child.started = time.monotonic()
        except (StartError, OSError) as error:
            if not child.started:
                raise
            # A full disk, say: what ran before may run again later.
            self._retry(child, f"can't start: {error}")

    def _ask(self, number: int, frame: FrameType | None) -> None:
        """While watching, finish the round; in the middle of a start, leave it."""
        del number, frame
        first = not self._asked.is_set()
        self._asked.set()
        if first and not self._watching:
            raise Stopped
