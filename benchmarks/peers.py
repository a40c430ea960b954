"""Who is measured beside clientforms, and where their pages are."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["OURS_URL", "PEERS", "chosen"]

OURS_URL = "/static/bench.html"

#: Name to the page's address below the server's.
PEERS = {
    "newforms": "/benchmarks/peers/newforms/index.html",
    "RHF form": "/benchmarks/peers/react_hook_form/index.html",
    "RHF div": "/benchmarks/peers/react_hook_form/index.html?in=div",
    "server": "/benchmarks/peers/server/index.html",
}


def chosen(words: str) -> Sequence[str]:
    """Return the peers that `--peers` names: all, none, or some with commas between them."""
    if words in ("all", "none"):
        return list(PEERS) if words == "all" else []
    names = [name.strip() for name in words.split(",")]
    if unknown := [name for name in names if name not in PEERS]:
        raise ValueError(f"there is no peer {unknown[0]!r}; there are {', '.join(PEERS)}")
    return names
