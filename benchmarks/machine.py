"""What the figures were measured on: processor, cores, memory, system, and browser."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Machine", "describe"]


@dataclass(frozen=True)
class Machine:
    processor: str
    cores: int
    memory_gb: int
    system: str
    browser: str
    python: str

    def __str__(self) -> str:
        cores = f"{self.cores} core{'' if self.cores == 1 else 's'}"
        return f"{self.processor}, {cores}, {self.memory_gb} GB, {self.system}; {self.browser}"

    def as_json(self) -> dict[str, str | int]:
        return asdict(self)


def describe(browser: str) -> Machine:
    """Return this machine, with the `browser` that was driven."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gb=round(pages / 2**30),
        system=f"{platform.system()} {platform.machine()}",
        browser=browser,
        python=platform.python_version(),
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
