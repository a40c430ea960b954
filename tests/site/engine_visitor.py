"""A visitor in Firefox ESR or WebKitGTK, which tests/support/engines.js drives one call at a time."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.conftest import ROOT
from tests.site.visitor import CONTAINER, READY, SHOWN, Visitor, path_in_fragment
from tests.support.processes import descendants, end

__all__ = ["Engine", "EngineVisitor", "running"]

# Does what each line asks for, and writes what came of it: an error, or a value.
_PROGRAM = """
const fs = require("node:fs");
const lines = require("node:readline").createInterface({input: fs.createReadStream(null, {fd: asked})});
for await (const line of lines) {
    const [name, ...given] = JSON.parse(line);
    const done = await page[name](...given).then((value) => ({value}), (error) => ({error: String(error)}));
    fs.writeSync(answered, `${JSON.stringify(done)}\\n`);
}
return null;
"""


class Engine:
    """A browser with one page."""

    def __init__(self, asked: int, answered: int) -> None:
        self._asked = os.fdopen(asked, "w", encoding="utf-8")
        self._answered = os.fdopen(answered, encoding="utf-8")

    def call(self, name: str, *given: Any) -> Any:
        """Call a function of the page that engines.js makes."""
        print(json.dumps([name, *given]), file=self._asked, flush=True)
        line = self._answered.readline()
        assert line, "The browser has ended."
        done = json.loads(line)
        assert "error" not in done, done["error"]
        return done.get("value")

    def close(self) -> None:
        """Let the browser end."""
        self._asked.close()
        self._answered.close()


@contextmanager
def running(name: str, program: str) -> Iterator[Engine]:
    """Run the browser of this name, `firefox` or `webkit`."""
    asked, ours = os.pipe()
    theirs, answered = os.pipe()[::-1]
    script = str(ROOT / "tests/support/engines.js")
    node = subprocess.Popen(
        ["node", script, name, program],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=(asked, theirs),
        text=True,
    )
    for each in (asked, theirs):
        os.close(each)
    engine = Engine(ours, answered)
    try:
        assert node.stdin
        node.stdin.write(f"const asked = {asked}, answered = {theirs};\n{_PROGRAM}")
        node.stdin.close()
        yield engine
    finally:
        engine.close()
        try:
            node.wait(20)
        finally:
            end(descendants({node.pid}))


class EngineVisitor(Visitor):
    """Visits the project in a page of an engine."""

    def __init__(self, engine: Engine, address: str) -> None:
        self._engine = engine
        engine.call("goto", address)
        self._wait_until_ready()

    @property
    def path(self) -> str:
        return path_in_fragment(self._engine.call("evaluate", "location.href"))

    @property
    def title(self) -> str:
        return self._engine.call("evaluate", "document.title")

    def start_afresh(self) -> None:
        self.visit("/reset/")
        self.press("Reset")
        assert self.lines("p") == ["Ready"]

    def uncaught(self) -> list[str]:
        """Return nothing: WebKit's driver does not tell."""
        return []

    def visit(self, path: str) -> None:
        call = f"void clientforms.site.navigate({json.dumps(path)})"
        self.answered(lambda: self._engine.call("evaluate", call))

    def reload(self) -> None:
        self._engine.call("reload")
        self._wait_until_ready()

    def back(self) -> None:
        self.answered(lambda: self._engine.call("evaluate", "void history.back()"))

    def forward(self) -> None:
        self.answered(lambda: self._engine.call("evaluate", "void history.forward()"))

    def answered(self, act: Callable[[], object]) -> None:
        self._engine.call("evaluate", f"void (window.shown = ({SHOWN})())")
        act()
        self.status = self._engine.call("evaluate", "window.shown")["status"]

    def evaluate(self, function: str, argument: Any = None) -> Any:
        given = json.dumps(argument)
        call = f"({function})(document.querySelector({json.dumps(CONTAINER)}), {given})"
        return self._engine.call("evaluate", call)

    def _wait_until_ready(self) -> None:
        loaded = "new Promise((done) => document.readyState === 'complete' ? done(true) : addEventListener('load', () => done(true)))"
        self._engine.call("evaluate", loaded)
        self._engine.call("evaluate", f"({READY})()")
