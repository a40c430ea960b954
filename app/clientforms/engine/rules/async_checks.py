"""Run asynchronous rules: start them, cancel outdated ones, keep their answers.

An answer belongs to a row and to the values that it is about (its basis), never to a place.
Knows no form and no page; tasks run on the running event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

__all__ = ["Answer", "CheckState", "Checks", "Question"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a rule about the values in `basis`: a value, an error, or a failure."""

    basis: Any
    value: Any = None
    error: ValidationError | None = None
    failure: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A rule to run: the values that it is about, and the coroutine function."""

    basis: Any
    ask: Callable[[], Coroutine[Any, Any, Any]]


@dataclass(eq=False, slots=True)
class _Pending:
    basis: Any
    task: asyncio.Task[None] | None = None


@dataclass(eq=False, slots=True)
class CheckState:
    """The answers and pending questions of one row, by the name of the rule."""

    answers: dict[str, Answer] = field(default_factory=dict)
    pending: dict[str, _Pending] = field(default_factory=dict)
    shown: tuple[str, ...] = ()

    def answers_to(self, basis_of: Callable[[str], Any]) -> dict[str, Answer]:
        """Return the answers about the present values."""
        return {
            name: answer for name, answer in self.answers.items() if answer.basis == basis_of(name)
        }

    def forget_failures(self) -> None:
        """Drop the answers of rules that failed, so that they run again."""
        self.answers = {
            name: answer for name, answer in self.answers.items() if answer.failure is None
        }


class Checks:
    """The asynchronous checks of one live form or formset."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def review(
        self,
        state: CheckState,
        wanted: Mapping[str, Question],
        answered: Callable[[], None],
    ) -> None:
        """Cancel pending questions that are no longer `wanted`, and start new ones.

        `answered` is called after each answer. Nothing is started without a running event loop (in a
        plain script or on a synchronous server).
        """
        for name, pending in list(state.pending.items()):
            if name not in wanted or wanted[name].basis != pending.basis:
                self._drop(state, name)
        new = [name for name in wanted if name not in state.pending]
        if not new or not _loop_is_running():
            return
        for name in new:
            pending = state.pending[name] = _Pending(wanted[name].basis)
            run = self._run(state, name, pending, wanted[name], answered)
            pending.task = asyncio.ensure_future(run)
            self._tasks.add(pending.task)
            pending.task.add_done_callback(self._tasks.discard)

    def drop(self, state: CheckState) -> None:
        """Cancel the pending questions of a removed row."""
        for name in list(state.pending):
            self._drop(state, name)

    def is_pending(self) -> bool:
        """Return whether any answer is pending."""
        return bool(self._tasks)

    def cancel(self) -> None:
        """Cancel all pending checks."""
        for task in list(self._tasks):
            task.cancel()
        self._tasks.clear()

    async def wait(self) -> None:
        """Wait until no answer is pending, including those to questions that come up meanwhile."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    def _drop(self, state: CheckState, name: str) -> None:
        task = state.pending.pop(name).task
        if task is not None and task is not _current_task():
            task.cancel()
            self._tasks.discard(task)

    async def _run(
        self,
        state: CheckState,
        name: str,
        pending: _Pending,
        question: Question,
        answered: Callable[[], None],
    ) -> None:
        try:
            answer = Answer(question.basis, value=await question.ask())
        except ValidationError as error:
            answer = Answer(question.basis, error=error)
        except BaseException as error:
            if _is_cancelled(error):
                raise
            answer = Answer(question.basis, failure=error)
        if state.pending.get(name) is not pending:
            return  # cancelled, but the rule caught that and went on
        del state.pending[name]
        state.answers[name] = answer
        if pending.task is not None:
            self._tasks.discard(pending.task)
        answered()


def _loop_is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _current_task() -> asyncio.Task[Any] | None:
    return asyncio.current_task() if _loop_is_running() else None


def _is_cancelled(error: BaseException) -> bool:
    """Return whether `error` comes from cancelling the running task, not from the rule itself."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and bool(task and task.cancelling())
