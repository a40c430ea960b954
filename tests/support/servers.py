"""Web servers as their packages configure them, but for port, folder and logs; and other browsers.

`python -m tests.support.servers` installs those that Debian has where that can be done.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

__all__ = ["ENGINES", "PACKAGES", "SERVERS", "command", "main"]

PACKAGES = {
    "nginx": "nginx-light",
    "apache2": "apache2",
    "lighttpd": "lighttpd",
    "busybox": "busybox",
    "mini_httpd": "mini-httpd",
    "redis-server": "redis-server",
    "firefox-esr": "firefox-esr",
    "WebKitWebDriver": "webkit2gtk-driver",
    "Xvfb": "xvfb",
}
"""Programs to the Debian packages that have them."""

_REMEDY = "Install them as root: on Debian, apt-get install with these names."
_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def find(program: str) -> str | None:
    """Return where a program is; servers are often where only root looks."""
    return shutil.which(program, path=_PATH)


def command(server: str, folder: Path, work: Path, port: int) -> list[str] | None:
    """Return how to start `server` for `folder`, `work` being its own; None where it is not there."""
    return SERVERS[server](folder, work, port)


def _python(folder: Path, work: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "http.server", str(port), "--directory", str(folder)]


def _nginx(folder: Path, work: Path, port: int) -> list[str] | None:
    if not (program := find("nginx")):
        return None
    site = Path("/etc/nginx/sites-available/default").read_text("utf-8")
    site = site.replace("listen 80 default_server", f"listen {port} default_server")
    site = site.replace("listen [::]:80 default_server", f"listen [::]:{port} default_server")
    (work / "site").write_text(site.replace("/var/www/html", str(folder)), "utf-8")
    text = Path("/etc/nginx/nginx.conf").read_text("utf-8")
    text = text.replace("/run/nginx.pid", str(work / "pid")).replace("/var/log/nginx", str(work))
    text = text.replace("/etc/nginx/sites-enabled/*", str(work / "site"))
    (work / "nginx.conf").write_text(text, "utf-8")
    return [program, "-c", str(work / "nginx.conf"), "-g", "daemon off;"]


def _apache(folder: Path, work: Path, port: int) -> list[str] | None:
    if not (program := find("apache2")):
        return None
    root = work / "apache2"
    shutil.copytree("/etc/apache2", root, symlinks=True)
    (root / "ports.conf").write_text(f"Listen {port}\n", "utf-8")
    (root / "sites-enabled" / "000-default.conf").unlink(missing_ok=True)
    site = (root / "sites-available" / "000-default.conf").read_text("utf-8")
    site = site.replace("*:80", f"*:{port}").replace("/var/www/html", str(folder))
    (root / "sites-enabled" / "default.conf").write_text(site, "utf-8")
    settings = (root / "apache2.conf").read_text("utf-8")
    # As its package has it for /var/www/.
    settings = settings.replace("<Directory /var/www/>", f"<Directory {folder}>")
    (root / "apache2.conf").write_text(f"ServerName localhost\n{settings}", "utf-8")
    variables = {
        "APACHE_RUN_USER": "www-data", "APACHE_RUN_GROUP": "www-data",
        "APACHE_PID_FILE": work / "pid", "APACHE_RUN_DIR": work, "APACHE_LOCK_DIR": work,
        "APACHE_LOG_DIR": work,
    }  # fmt: skip
    given = [f"{name}={value}" for name, value in variables.items()]
    return ["env", *given, program, "-D", "FOREGROUND", "-d", str(root)]


def _lighttpd(folder: Path, work: Path, port: int) -> list[str] | None:
    if not (program := find("lighttpd")):
        return None
    text = Path("/etc/lighttpd/lighttpd.conf").read_text("utf-8")
    text = text.replace("/var/www/html", str(folder)).replace(
        "/run/lighttpd.pid", str(work / "pid")
    )
    text = text.replace("/var/log/lighttpd", str(work))
    lines = [
        f"server.port = {port}" if line.startswith("server.port") else line
        for line in text.splitlines()
    ]
    (work / "lighttpd.conf").write_text("\n".join([*lines, ""]), "utf-8")
    return [program, "-D", "-f", str(work / "lighttpd.conf")]


def _busybox(folder: Path, work: Path, port: int) -> list[str] | None:
    program = find("busybox")
    return [program, "httpd", "-f", "-p", str(port), "-h", str(folder)] if program else None


def _mini_httpd(folder: Path, work: Path, port: int) -> list[str] | None:
    program = find("mini_httpd")
    return [program, "-D", "-p", str(port), "-d", str(folder), "-u", "nobody"] if program else None


def _sirv(folder: Path, work: Path, port: int) -> list[str]:
    return [
        "node",
        str(ROOT / "node_modules/sirv-cli/bin.js"),
        str(folder),
        "--port",
        str(port),
        "--quiet",
    ]


def _serve(folder: Path, work: Path, port: int) -> list[str]:
    program = ROOT / "node_modules/serve/build/main.js"
    return ["env", "NO_UPDATE_CHECK=1", "node", str(program), "-l", str(port), str(folder)]


SERVERS: dict[str, Callable[[Path, Path, int], list[str] | None]] = {
    "http.server": _python,
    "nginx": _nginx,
    "apache": _apache,
    "lighttpd": _lighttpd,
    "busybox": _busybox,
    "mini_httpd": _mini_httpd,
    "sirv": _sirv,
    "serve": _serve,
}


def _webkit() -> str | None:
    browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-*/MiniBrowser"))
    can_be_seen = os.environ.get("DISPLAY") or find("Xvfb")
    return str(browsers[-1]) if browsers and find("WebKitWebDriver") and can_be_seen else None


ENGINES: dict[str, Callable[[], str | None]] = {
    "firefox": lambda: find("firefox-esr") or find("firefox"),
    "webkit": _webkit,
}
"""Browsers beside Chromium to where their programs are."""


def main() -> int:
    """Install what is missing, where that may be done; tests leave out what is not there."""
    missing = [package for program, package in PACKAGES.items() if not find(program)]
    if not missing:
        return 0
    if not hasattr(os, "geteuid") or os.geteuid() or not find("apt-get"):
        print(f"Tests that need {', '.join(missing)} are skipped. {_REMEDY}", flush=True)
        return 0
    print(f"Installing {', '.join(missing)} for the tests…", flush=True)
    environment = {
        **os.environ,
        "DEBIAN_FRONTEND": "noninteractive",
        "RUNLEVEL": "1",
    }  # starts none
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    for each in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(each, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"  that did not work: {done.stderr.strip().splitlines()[-1:]}", flush=True)
        print(f"  Tests that need these are skipped. {_REMEDY}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
