"""The command line: `clientforms build`, `clientforms serve` and `clientforms check`."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from .author.analysis import Analysis, analyse
from .author.build_targets import find_targets
from .django_site.site_build import SiteOptions, build_django_site
from .django_site.site_target import find_site, is_site
from .output.findings import shown
from .output.site_files import BuildError, Site, check_output, write_file, write_site
from .serve.author_server import Built, serve
from .site.assets import Assets, find_assets
from .site.build import ON_VALID, Made, PageOptions, build_site
from .site.delivery import ALONE, ship
from .site.first_visit import bytes_of_first_visit, late_archives
from .site.report import Report
from .site.runtime_files import language_files

__all__ = ["main"]

_TARGET = "path/to/forms.py:ArticleFormSet or package.module:ArticleFormSet"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status."""
    options = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except BuildError as error:
        more = (
            len(error.findings) > 1
            and f" There is more: clientforms check {' '.join(options.targets)}"
        )
        _complain(f"{error}{more or ''}")
        return 1
    except KeyboardInterrupt:
        _complain("interrupted. Existing files were not changed.")
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # The reader is gone; without this, Python would report it again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _build(options: argparse.Namespace) -> int:
    started = time.monotonic()
    out, single_file = options.out, options.single_file
    if out is None and single_file is None:
        raise BuildError("say where to write the site, with --out DIR or --single-file FILE.")
    page = _page_options(options)
    if out is not None:
        check_output(out)
    site, report = _shipped(options, page, _tell)
    for finding in report.warnings:
        _warn(str(finding))
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
    for line in report.lines(listing=options.list):
        print(line)
    print(f"{'. '.join(written)}. {time.monotonic() - started:.1f} s")
    return 0


def _serve(options: argparse.Namespace) -> int:
    if len(options.targets) == 1 and is_site(options.targets[0]):
        return _serve_site(options)
    page = replace(_page_options(options), compiles=False)

    def make() -> Built:
        started = time.monotonic()
        analysis, made, _ = _made(options, page, _tell)
        for finding in made.report.warnings:
            _warn(str(finding))
        _tell(f"Built in {time.monotonic() - started:.1f} s.")
        sources = set(analysis.bundle.files.values())
        return made.site, sources | {page.template} if page.template else sources

    return serve(make, options.bind, options.port, _tell)


def _build_site(options: argparse.Namespace) -> int:
    started = time.monotonic()
    check_output(options.out)
    target = find_site(options.target, _settings(options))
    made, _ = build_django_site(target, _site_options(options), find_assets(), _tell)
    for finding in made.report.warnings:
        _warn(str(finding))
    site = ship(made.site)
    _tell(f"Writing {shown(options.out)}…")
    is_new = write_site(site, options.out)
    print(
        f"{_verb(is_new)} {shown(options.out)}: {_described(site)}. {time.monotonic() - started:.1f} s"
    )
    return 0


def _site_options(options: argparse.Namespace, *, debug: bool = False) -> SiteOptions:
    return SiteOptions(
        title=options.title,
        language=options.language,
        template=options.template,
        fixtures=tuple(_fixture(str(name)) for name in options.fixture),
        debug=debug or getattr(options, "debug", False),
        name=getattr(options, "name", ""),
    )


def _fixture(name: str) -> str:
    """Return the full path of a fixture's file, or the name of a fixture of an app."""
    path = Path(name)
    return str(path.resolve()) if path.is_file() else name


def _serve_site(options: argparse.Namespace) -> int:
    """Serve a page with a whole project, which shows Django's debug page for errors."""
    target = find_site(options.targets[0], _settings(options))
    site_options = _site_options(options, debug=True)

    def make() -> Built:
        started = time.monotonic()
        made, sources = build_django_site(target, site_options, find_assets(), _tell)
        for finding in made.report.warnings:
            _warn(str(finding))
        _tell(f"Built in {time.monotonic() - started:.1f} s.")
        return made.site, {*sources, *([options.template] if options.template else [])}

    return serve(make, options.bind, options.port, _tell)


def _shipped(
    options: argparse.Namespace, page: PageOptions, tell: Callable[[str], None]
) -> tuple[Site, Report]:
    """Return the site of the targets, ready for any host, and the report. Raises BuildError."""
    _, made, assets = _made(options, page, tell)
    site = ship(made.site, connect=_origins(options.connect))
    report = made.report
    report.pages = {
        name: len(content) for name, content in sorted(site.files.items()) if name.endswith(".html")
    }
    languages = language_files(made.site, made.site.files[made.site.entry].decode("utf-8"))
    archives = late_archives(made.library, assets)
    report.first_visit = bytes_of_first_visit(site, archives, languages)
    return site, report


def _made(
    options: argparse.Namespace, page: PageOptions, tell: Callable[[str], None]
) -> tuple[Analysis, Made, Assets]:
    """Return the analysis of the targets, and their site before `ship()`. Raises BuildError."""
    assets = find_assets()
    targets = find_targets(options.targets)
    tell(f"Reading {', '.join(dict.fromkeys(shown(target.file) for target in targets))}…")
    analysis = analyse(targets, _settings(options))
    if analysis.fatal:
        others = [finding for finding in analysis.findings if finding is not analysis.fatal[0]]
        raise BuildError(analysis.fatal[0], *others, *analysis.rules)
    made = build_site(analysis, page, assets, tell)
    return analysis, made, assets


def _is_below(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _verb(is_new: bool) -> str:
    return "Wrote" if is_new else "Nothing changed in"


def _origins(given: Sequence[str]) -> list[str]:
    for origin in given:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise BuildError(
                f"--connect {origin}: give an origin, such as https://api.example.org."
            )
    return [origin.rstrip("/") for origin in given]


def _check(options: argparse.Namespace) -> int:
    """Do everything that build does except writing, and print the report."""
    report = Report()
    try:
        _, report = _shipped(options, _page_options(options), _tell_nobody)
    except BuildError as error:
        report.errors = [finding for finding in error.findings if finding.is_fatal]
        report.warnings = [finding for finding in error.findings if not finding.is_fatal]
    if options.json:
        print(json.dumps(report.as_json(), indent=1, ensure_ascii=False))
        return 1 if report.errors else 0
    for finding in report.errors:
        print(f"error: {finding}")
    for finding in report.warnings:
        print(f"warning: {finding}")
    if not report.errors:
        for line in report.lines(listing=options.list):
            print(line)
    return 1 if report.errors else 0


def _settings(options: argparse.Namespace) -> str:
    return str(options.settings or os.environ.get("DJANGO_SETTINGS_MODULE", ""))


def _page_options(options: argparse.Namespace) -> PageOptions:
    action, on_valid = options.action.strip(), options.on_valid
    if action and on_valid not in ("", "post"):
        raise BuildError(f"--action posts a valid form: leave out --on-valid {on_valid}.")
    if on_valid == "post" and not action:
        raise BuildError("--on-valid post: say where to post, with --action URL.")
    on_valid = on_valid or ("post" if action else "download")
    if options.csv_guard == "off" and on_valid not in ("download", "keep"):
        raise BuildError(f"--csv-guard off: --on-valid {on_valid} writes no CSV. Leave it out.")
    if urlsplit(action).scheme not in ("", "http", "https"):
        raise BuildError(f"--action {action}: give an address that begins with https:// or /.")
    if not all(part.isalnum() for part in options.language.replace("_", "-").split("-") if part):
        raise BuildError(f"--language {options.language!r}: give a code such as de or pt-br.")
    if options.choices_from_database and not _settings(options):
        raise BuildError(
            "--choices-from-database: name the project's settings with --settings MODULE."
        )
    return PageOptions(
        title=options.title,
        language=options.language,
        prefixes=tuple(options.prefix),
        on_valid=on_valid,
        csv_guard=options.csv_guard,
        action=action,
        together=options.together,
        template=options.template,
        fixtures=tuple(options.fixture),
        choices_from_database=_settings(options) if options.choices_from_database else "",
    )


def _described(site: Site) -> str:
    size = sum(map(len, site.files.values())) / 1_000_000
    return f"{len(site.files)} files, {size:.1f} MB"


def _tell_nobody(line: str) -> None:
    """Print nothing, so that the output is only the report."""


def _tell(line: str) -> None:
    print(line, flush=True)


def _warn(line: str) -> None:
    print(f"warning: {line}", file=sys.stderr, flush=True)


def _complain(line: str) -> None:
    print(f"clientforms: {line}", file=sys.stderr, flush=True)


class _Parser(argparse.ArgumentParser):
    """Reports errors of the command line in one line."""

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
        help="the whole page as one HTML file, which opens with a double click",
    )  # fmt: skip
    _add_page_options(build)
    _add_list(build)
    build.set_defaults(run=_build)
    serving = commands.add_parser(
        "serve", help="serve the site, rebuild it whenever a file is saved, and reload the page"
    )
    _add_targets(serving)
    serving.add_argument("--bind", default="127.0.0.1", help="address (default: %(default)s)")
    serving.add_argument("--port", type=int, default=8000, help="0 for any (default: %(default)s)")
    _add_page_options(serving)
    serving.set_defaults(run=_serve)
    of_site = commands.add_parser(
        "build-site", help="write a static site that runs a whole Django project"
    )
    of_site.add_argument("target", metavar="TARGET", help="path/to/manage.py or package.urls")
    of_site.add_argument("--out", type=Path, metavar="DIR", help="the site's folder", required=True)
    of_site.add_argument(
        "--settings",
        default="",
        metavar="MODULE",
        help="settings other than those that manage.py names",
    )
    of_site.add_argument(
        "--fixture", action="append", default=[], metavar="FILE",
        help="a fixture with the first content of the database, by name or path",
    )  # fmt: skip
    of_site.add_argument(
        "--title", default="", help="the page's title (default: the project's name)"
    )
    of_site.add_argument("--language", default="", help="the page's language, such as de")
    of_site.add_argument("--template", type=Path, metavar="FILE", help="a page of your own")
    of_site.add_argument(
        "--name", default="", help="the name under which the browser keeps the data"
    )
    of_site.add_argument("--debug", action="store_true", help="show Django's debug page for errors")
    of_site.set_defaults(run=_build_site, targets=())
    check = commands.add_parser(
        "check", help="do everything that build does except writing, and print a report"
    )
    _add_targets(check)
    check.add_argument("--json", action="store_true", help="the report as JSON, for programs")
    _add_page_options(check)
    _add_list(check)
    check.set_defaults(run=_check)
    return parser


def _add_targets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("targets", nargs="+", metavar="TARGET", help=_TARGET)
    parser.add_argument(
        "--settings", default="", metavar="MODULE",
        help="the project's settings, such as shop.settings (default: DJANGO_SETTINGS_MODULE)",
    )  # fmt: skip


def _add_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help="print every file that is packed")


def _add_page_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fixture", action="append", default=[], type=Path, metavar="FILE",
        help="a fixture, as written by manage.py dumpdata, with objects for fields to choose from",
    )  # fmt: skip
    parser.add_argument(
        "--choices-from-database",
        action="store_true",
        help="take the fields' choices of objects from the project's database, once",
    )
    parser.add_argument("--title", default="", help="the page's title (default: the first class's)")
    parser.add_argument(
        "--prefix", action="append", default=[], help="Django's prefix, given once for each target"
    )
    parser.add_argument("--language", default="", help="the page's language, such as de")
    parser.add_argument(
        "--on-valid", choices=ON_VALID, default="",
        help="what happens to a valid form: post it (with --action), show and download its data (the "
        "default), keep it in the browser, or only fire clientforms:submit",
    )  # fmt: skip
    parser.add_argument(
        "--csv-guard", choices=("on", "off"), default="on",
        help="guard text in CSV files that spreadsheets take for formulas (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--action", default="", metavar="URL", help="where to post a valid form")
    parser.add_argument(
        "--together", action="store_true", help="all targets in one <form>, submitted together"
    )
    parser.add_argument(
        "--connect", action="append", default=[], metavar="ORIGIN",
        help="another origin that the page's scripts may connect to",
    )  # fmt: skip
    parser.add_argument("--template", type=Path, metavar="FILE", help="a page of your own")


if __name__ == "__main__":
    sys.exit(main())
