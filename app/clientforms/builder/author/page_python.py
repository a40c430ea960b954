"""Differences between the page's Python and this one: modules, and what a browser cannot do."""

from __future__ import annotations

from ..runtime.packages import CONTRIB, LEFT_OUT, PACKAGES

__all__ = ["CANNOT_RUN", "PAGE_ONLY", "PSYCOPG", "RESERVED", "why_missing"]

_REMOVED = frozenset(
    [
        "aifc",
        "asynchat",
        "asyncore",
        "audioop",
        "cgi",
        "cgitb",
        "chunk",
        "crypt",
        "distutils",
        "imghdr",
        "imp",
        "lib2to3",
        "mailcap",
        "msilib",
        "nis",
        "nntplib",
        "ossaudiodev",
        "pipes",
        "smtpd",
        "sndhdr",
        "spwd",
        "sunau",
        "telnetlib",
        "uu",
        "xdrlib",
    ]
)
"""Modules that were removed before Python 3.14, which the page has."""

_ABSENT = frozenset(
    [
        "curses",
        "dbm",
        "ensurepip",
        "grp",
        "idlelib",
        "msvcrt",
        "nt",
        "pwd",
        "readline",
        "resource",
        "syslog",
        "tkinter",
        "turtle",
        "turtledemo",
        "venv",
        "winreg",
        "winsound",
    ]
)
"""Modules of the standard library that Pyodide lacks."""

PAGE_ONLY = frozenset({"js", "micropip", "pyodide", "pyodide_js", "pyscript"})
"""Modules that exist only in a page."""

RESERVED = frozenset({*PACKAGES, *PAGE_ONLY, "clientforms", "clientforms_page"})
"""Names that an author's modules must not have."""

PSYCOPG = "django.db.backends.postgresql.psycopg_any"
"""Django's module for psycopg, which a page replaces by `postgres_ranges.py`."""

_COMPILED_CONTRIB = {
    "django.contrib.gis": "GDAL and GEOS",
}
"""Django's packages that need compiled code."""

_NETWORK = "opens a connection, which a browser refuses to Python. Use an async rule in the page"
_PROCESS = (
    "starts a process, and a browser has none. Work it out in Python, or leave it to the server"
)
_THREAD = "starts a thread, and the page's Python has none. Do the work in place"
_MAIL = "sends mail, which a page cannot. Leave it to the server"

CANNOT_RUN: dict[str, str] = {
    **dict.fromkeys(["threading.Thread", "threading.Timer", "_thread.start_new_thread"], _THREAD),
    **dict.fromkeys(
        [
            "concurrent.futures.ThreadPoolExecutor",
            "concurrent.futures.ProcessPoolExecutor",
            "concurrent.futures.thread.ThreadPoolExecutor",
            "multiprocessing.pool.ThreadPool",
        ],
        _THREAD,
    ),
    **dict.fromkeys(
        [f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen")]
        + [f"subprocess.{name}" for name in ("getoutput", "getstatusoutput")]
        + [f"os.{name}" for name in ("system", "popen", "fork", "forkpty", "startfile")]
        + [f"os.{name}{end}" for name in ("exec", "spawn") for end in ("l", "le", "lp", "v", "ve")]
        + ["os.posix_spawn", "multiprocessing.Process", "multiprocessing.Pool"],
        _PROCESS,
    ),
    **dict.fromkeys(
        [
            "socket.socket",
            "socket.create_connection",
            "socket.create_server",
            "socket.getaddrinfo",
            "socket.gethostbyname",
            "urllib.request.urlopen",
            "urllib.request.urlretrieve",
            "http.client.HTTPConnection",
            "http.client.HTTPSConnection",
            "ftplib.FTP",
            "imaplib.IMAP4",
            "poplib.POP3",
        ]
        + [
            f"{library}.{method}"
            for library in ("requests", "httpx")
            for method in ("get", "post", "put", "patch", "delete", "head", "request")
        ],
        _NETWORK,
    ),
    **dict.fromkeys(
        ["smtplib.SMTP", "smtplib.SMTP_SSL", "django.core.mail.send_mail"],
        _MAIL,
    ),
}
"""What calling functions and classes does, and the remedy, by dotted name."""


def why_missing(module: str) -> str:
    """Return why the page lacks `module`, empty if it has it."""
    top = module.partition(".")[0]
    if top in _REMOVED:
        return f"imports {top}, which was removed from the page's Python 3.14. Do without it"
    if top in _ABSENT:
        return f"imports {top}, which Python lacks in a browser. Do without it"
    if module == "clientforms.builder" or module.startswith("clientforms.builder."):
        return "imports clientforms.builder, which is not in the page"
    for package, needed in _COMPILED_CONTRIB.items():
        if f"{module}.".startswith(f"{package}."):
            return f"imports {package}, which needs {needed}, compiled code that no browser runs. Do without it"
    path = module.replace(".", "/")
    if f"{path}/".startswith(CONTRIB) or module in (PSYCOPG, PSYCOPG.rpartition(".")[0]):
        return ""
    if any(f"{path}/".startswith(left_out) or f"{path}.py" == left_out for left_out in LEFT_OUT):
        return f"imports {module}, which is not in the page. Use what django.forms has"
    return ""
