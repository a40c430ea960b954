"""First visits over slow networks: from the navigation to forms that can be seen, and to live ones.

The page is built, with one formset, from a host that does not compress. Chromium slows the network down.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.boots import wait_for
from tests.support.sites import serving_folder

__all__ = ["BESIDE", "NETWORKS", "Network", "Visit", "Visits", "measure_visits"]

BESIDE = "beside"
"""The name of a page that was built before, to compare with."""


@dataclass(frozen=True)
class Network:
    """How fast data comes down, in megabits per second, and how long an answer takes at least, in milliseconds."""

    megabits: float
    latency: int

    def __str__(self) -> str:
        return f"{self.megabits:g} Mbit/s, {self.latency} ms"


NETWORKS = (Network(1.6, 150), Network(9, 60), Network(30, 20))
"""A slow phone, an ordinary one, and a line at home."""


@dataclass(frozen=True)
class Visit:
    """Milliseconds since the navigation until a control is visible, and until the forms are live."""

    visible: float
    live: float

    def as_json(self) -> dict[str, float]:
        return asdict(self)


#: Network, in words, to page to its visit: medians.
Visits = dict[str, dict[str, Visit]]

_SCRIPT = """
window.visit = { visible: 0, live: 0 };
document.addEventListener("clientforms:ready", () => { visit.live = performance.now(); });
(function look() {
    const control = document.querySelector("main form input:not([type=hidden])");
    if (control?.getClientRects().length) visit.visible = performance.now();
    else requestAnimationFrame(look);
})();
"""


def measure_visits(browser: Browser, sites: Mapping[str, Path], *, rounds: int) -> Visits:
    """Visit each of the built `sites`, in turns, `rounds` times over each of `NETWORKS`, with nothing kept."""
    found: dict[str, dict[str, list[Visit]]] = {}
    with ExitStack() as stack:
        urls = {name: stack.enter_context(serving_folder(site)) for name, site in sites.items()}
        for network in NETWORKS:
            pages = found.setdefault(str(network), {name: [] for name in urls})
            for _ in range(rounds):
                for name, url in urls.items():
                    pages[name].append(_visit(browser, url, network))
    return {
        network: {name: _median(visits) for name, visits in pages.items()}
        for network, pages in found.items()
    }


def _visit(browser: Browser, url: str, network: Network) -> Visit:
    context = browser.new_context(viewport={"width": 390, "height": 844}, service_workers="block")
    context.add_init_script(_SCRIPT)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": network.latency,
            "downloadThroughput": network.megabits * 1e6 / 8,
            "uploadThroughput": network.megabits * 1e6 / 8,
        },
    )
    page.goto(url, wait_until="commit")
    wait_for(page, "visit.live")
    visit = Visit(**page.evaluate("visit"))
    context.close()
    return visit


def _median(visits: list[Visit]) -> Visit:
    return Visit(
        *(statistics.median(getattr(each, name) for each in visits) for name in ("visible", "live"))
    )
