"""The last steps of a build, which make a site ready for any host."""

from __future__ import annotations

from collections.abc import Sequence

from ..html.hashed_names import hashed
from ..output.site_files import Site
from .content_security_policy import secured, without_workers
from .offline import installable, with_worker
from .runtime_files import SINGLE_FILE_ONLY
from .single_file import single_file

__all__ = ["ALONE", "ship"]

ALONE = "offline.html"
"""The page as one file, to which the entry page leads if it is opened from a disk."""


def ship(site: Site, *, connect: Sequence[str] = ()) -> Site:
    """Return `site` ready for any static host. Raises BuildError if that is not possible.

    `connect` are other origins that the page's scripts may connect to.
    """
    alone = single_file(site, connect=connect)
    files = {name: content for name, content in site.files.items() if name not in SINGLE_FILE_ONLY}
    shipped = hashed(without_workers(installable(Site(files, site.entry))))
    shipped = with_worker(secured(shipped, alone=ALONE, connect=connect), language_of=site)
    return Site({**shipped.files, ALONE: alone}, site.entry)
