"""`clientforms build` and `clientforms check`: what the author says, and what is said to them."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from .analysing import Analysis, analyse
from .assets import find_assets
from .building import ON_VALID, PageOptions, build_site
from .findings import shown
from .serving import Built, serve
from .shipping import ALONE, ship
from .site import BuildError, Site, check_output, write_file, write_site
from .targets import find_targets

__all__ = ["main"]

_TARGET = "path/to/forms.py:ArticleFormSet or package.module:ArticleFormSet"


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit status."""
    options = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except BuildError as error:
        _complain(str(error))
        return 1
    except KeyboardInterrupt:
        _complain("interrupted. What was there is as it was.")
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # Nobody reads any more; Python would say so once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _build(options: argparse.Namespace) -> int:
    started = time.monotonic()
    out, single_file = options.out, options.single_file
    if out is None and single_file is None:
        raise BuildError(
            "say where the site is to be written, with --out DIR or --single-file FILE."
        )
    page = _page_options(options)
    if out is not None:
        check_output(out)
    _, made = _analysed_and_made(options, page)
    site = ship(made, connect=_origins(options.connect))
    written = []
    if single_file is not None and out is not None and _is_below(single_file, out):
        name = single_file.resolve().relative_to(out.resolve()).as_posix()
        site.files[name] = site.files[ALONE]
    elif single_file is not None:
        _tell(f"Writing {shown(single_file)}…")
        alone = site.files[ALONE]
        is_new = write_file(single_file, alone)
        written.append(f"{_verb(is_new)} {shown(single_file)}: {len(alone) / 1_000_000:.1f} MB")
    if out is not None:
        _tell(f"Writing {shown(out)}…")
        is_new = write_site(site, out)
        written.append(f"{_verb(is_new)} {shown(out)}: {_described(site)}")
    print(f"{'. '.join(written)}. {time.monotonic() - started:.1f} s")
    return 0


def _serve(options: argparse.Namespace) -> int:
    page = _page_options(options)

    def make() -> Built:
        started = time.monotonic()
        analysis, site = _analysed_and_made(options, page)
        _tell(f"Built in {time.monotonic() - started:.1f} s.")
        sources = set(analysis.bundle.files.values())
        return site, sources | {page.template} if page.template else sources

    return serve(make, options.bind, options.port, _tell)


def _analysed_and_made(options: argparse.Namespace, page: PageOptions) -> tuple[Analysis, Site]:
    """Return what is known of the targets, and their site before it is made fit for any host."""
    assets = find_assets()
    analysis = _analysis(options)
    if analysis.fatal:
        first, *others = map(str, analysis.fatal)
        more = f" There is more: clientforms check {' '.join(options.targets)}" if others else ""
        raise BuildError(first + more)
    for finding in analysis.findings:
        _warn(str(finding))
    return analysis, build_site(analysis, page, assets, _tell, _warn)


def _is_below(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _verb(is_new: bool) -> str:
    return "Wrote" if is_new else "Nothing changed in"


def _origins(given: Sequence[str]) -> list[str]:
    for each in given:
        parts = urlsplit(each)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise BuildError(f"--connect {each}: give an origin, such as https://api.example.org.")
    return [each.rstrip("/") for each in given]


def _check(options: argparse.Namespace) -> int:
    analysis = _analysis(options)
    for finding in analysis.findings:
        print(finding)
    if not analysis.findings:
        print("Nothing in it that a browser cannot run.")
    return 1 if analysis.findings else 0


def _analysis(options: argparse.Namespace) -> Analysis:
    targets = find_targets(options.targets)
    _tell(f"Reading {', '.join(dict.fromkeys(shown(each.file) for each in targets))}…")
    return analyse(targets, _settings(options))


def _settings(options: argparse.Namespace) -> str:
    return str(options.settings or os.environ.get("DJANGO_SETTINGS_MODULE", ""))


def _page_options(options: argparse.Namespace) -> PageOptions:
    action, on_valid = options.action.strip(), options.on_valid
    if action and on_valid not in ("", "post"):
        raise BuildError(f"--action posts a valid form: leave out --on-valid {on_valid}.")
    if on_valid == "post" and not action:
        raise BuildError("--on-valid post: say where to, with --action URL.")
    if urlsplit(action).scheme not in ("", "http", "https"):
        raise BuildError(f"--action {action}: give an address that begins with https:// or /.")
    if not all(part.isalnum() for part in options.language.replace("_", "-").split("-") if part):
        raise BuildError(f"--language {options.language!r}: give a code such as de or pt-br.")
    if options.choices_from_database and not _settings(options):
        raise BuildError("--choices-from-database: say whose, with --settings MODULE.")
    return PageOptions(
        title=options.title,
        language=options.language,
        prefixes=tuple(options.prefix),
        on_valid=on_valid or ("post" if action else "download"),
        action=action,
        together=options.together,
        template=options.template,
        fixtures=tuple(options.fixture),
        choices_from_database=_settings(options) if options.choices_from_database else "",
    )


def _described(site: Site) -> str:
    size = sum(map(len, site.files.values())) / 1_000_000
    return f"{len(site.files)} files, {size:.1f} MB"


def _tell(line: str) -> None:
    print(line, flush=True)


def _warn(line: str) -> None:
    print(f"warning: {line}", file=sys.stderr, flush=True)


def _complain(line: str) -> None:
    print(f"clientforms: {line}", file=sys.stderr, flush=True)


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with a command line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"clientforms: {message}. See {self.prog} --help\n")


def _version() -> str:
    try:
        return importlib.metadata.version("clientforms")
    except importlib.metadata.PackageNotFoundError:
        return "of a checkout"


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="clientforms", description="Django's own forms, live in a static page.")
    parser.add_argument("--version", action="version", version=f"clientforms {_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="write a static site of forms and formsets")
    _add_targets(build)
    build.add_argument("--out", type=Path, metavar="DIR", help="the site's folder")
    build.add_argument(
        "--single-file", type=Path, metavar="FILE",
        help="the whole page as one HTML file, which opens by double click",
    )  # fmt: skip
    _add_page_options(build)
    build.set_defaults(run=_build)
    serving = commands.add_parser(
        "serve", help="serve the site, build it anew on each save and reload the page"
    )
    _add_targets(serving)
    serving.add_argument("--bind", default="127.0.0.1", help="address (default: %(default)s)")
    serving.add_argument("--port", type=int, default=8000, help="0 for any (default: %(default)s)")
    _add_page_options(serving)
    serving.set_defaults(run=_serve)
    check = commands.add_parser("check", help="say what in their modules cannot run in a browser")
    _add_targets(check)
    check.set_defaults(run=_check)
    return parser


def _add_targets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("targets", nargs="+", metavar="TARGET", help=_TARGET)
    parser.add_argument(
        "--settings", default="", metavar="MODULE",
        help="the project's settings, such as shop.settings (default: DJANGO_SETTINGS_MODULE)",
    )  # fmt: skip


def _add_page_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fixture", action="append", default=[], type=Path, metavar="FILE",
        help="a fixture, as manage.py dumpdata writes it, with objects that fields choose among",
    )  # fmt: skip
    parser.add_argument(
        "--choices-from-database",
        action="store_true",
        help="take the objects that fields choose among from the project's database, once",
    )
    parser.add_argument("--title", default="", help="the page's title (default: the first class's)")
    parser.add_argument(
        "--prefix", action="append", default=[], help="Django's prefix, once for each target"
    )
    parser.add_argument("--language", default="", help="the page's language, such as de")
    parser.add_argument(
        "--on-valid", choices=ON_VALID, default="",
        help="what a valid form does: post it (with --action), show and download its data (the "
        "default), keep it in the browser, or fire clientforms:submit alone",
    )  # fmt: skip
    parser.add_argument("--action", default="", metavar="URL", help="where a valid form is posted")
    parser.add_argument(
        "--together", action="store_true", help="all targets in one <form>, submitted together"
    )
    parser.add_argument(
        "--connect", action="append", default=[], metavar="ORIGIN",
        help="another origin that the page's scripts may ask",
    )  # fmt: skip
    parser.add_argument("--template", type=Path, metavar="FILE", help="a page of your own")


if __name__ == "__main__":
    sys.exit(main())
