"""Checks prose: `make check` runs it over the documentation, docstrings and comments.

The rules are those of proselint that fit technical English, and our own: words that a reader has to
translate, and what has to be said in the common word. A rule belongs here only if it is right each time:
no line switches one off. With file names it checks these alone.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from proselint import checks
from proselint.registry import CheckRegistry
from proselint.registry.checks import Check, types
from proselint.tools import LintFile

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/**/*.md")
MODULES = ("app/**/*.py", "benchmarks/**/*.py", "tests/**/*.py", "tools/*.py")

SHOWN = ("README.md", "CONTRIBUTING.md", "docs/**/*.md", "app/clientforms/**/*.py")

#: A word that is not ours, to the one that is.
WORDS = {
    "mend": "fix", "mends": "fixes", "mended": "fixed", "mending": "fixing",
    "judge": "validate", "judges": "validates", "judged": "validated", "judging": "validating",
    "in place of": "instead of",
    "where there is": "if there is", "where there are": "if there are",
    "where there was": "if there was", "where there were": "if there were",
    "for ever": "forever",
    "utilize": "use", "leverage": "use", "in order to": "to", "prior to": "before",
    "subsequently": "then", "in the event that": "if", "whilst": "while", "thusly": "so",
}  # fmt: skip

#: What documentation and messages say in words that people search for, CHANGELOG.md's past entries aside.
SEARCHED = {
    r"(?:take|takes|taken|taking|took) (?:(?:it|that|them|this) )?over": "hydrate",
    r"(?:leave|leaves|left|leaving) (?:(?:it|them|this) )?to the page": "not prerendered",
    r"judg(?:e|es|ed|ing)": "validate",
    r"mend(?:s|ed|ing)?": "fix",
}

OWN = (
    Check(
        check_type=types.PreferredFormsSimple(items=WORDS),
        path="clientforms.words",
        message="Write '{}' instead of '{}'.",
    ),
)

# Of proselint's: quotes, dashes and spelling are those of code as often as prose here, "for every" is no "for ever",
# and others are about taste.
LEFT_OUT = (
    "archaism",
    "typography",
    "weasel_words",
    "lexical_illusions",
    "spelling",
    "social_awareness",
    "restricted",
)

_CODE = (
    re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL),
    re.compile(r"^(?: {4}|\t).*$", re.MULTILINE),
    re.compile(r"``.+?``|`[^`\n]*`", re.DOTALL),
    re.compile(r"\]\([^)]*\)"),
    re.compile(r"<[^>\n]*>"),
    re.compile(r"“[^”]*”|\"[^\"\n]*\""),
)


def blanked(text: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    """Return `text` with spaces instead of all that matches, each line as long as it was."""
    for pattern in patterns:
        text = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return text


def prose_of_page(text: str) -> str:
    """Return a Markdown page without its code, each word where it stands."""
    return blanked(text, _CODE)


def prose_of_module(source: str) -> str:
    """Return the docstrings and comments of a Python module, each word where it stands."""
    lines = [" " * len(line) for line in source.split("\n")]
    told = source.split("\n")

    def keep(first: int, start: int, last: int, end: int) -> None:
        for number in range(first, last + 1):
            begin = start if number == first else 0
            stop = end if number == last else len(told[number])
            lines[number] = lines[number][:begin] + told[number][begin:stop] + lines[number][stop:]

    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            keep(token.start[0] - 1, token.start[1] + 1, token.end[0] - 1, token.end[1])
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            if (
                isinstance(statement, ast.Expr)
                and isinstance(statement.value, ast.Constant)
                and isinstance(statement.value.value, str)
            ):
                first, last = statement.lineno - 1, (statement.end_lineno or 1) - 1
                keep(first, statement.col_offset + 3, last, (statement.end_col_offset or 3) - 3)
    return blanked("\n".join(lines), _CODE[2:])


def found_in(paths: list[Path]) -> Iterator[str]:
    """Yield what is to be said otherwise: its place, the remedy and the rule.

    All files are read as one text: a rule takes as long for a line as for a page.
    """
    lines: list[str] = []
    places: list[tuple[Path, int]] = []
    for path in paths:
        text = path.read_text("utf-8")
        prose = prose_of_module(text) if path.suffix == ".py" else prose_of_page(text)
        for number, line in enumerate(prose.split("\n"), start=1):
            lines.append(line.rstrip())
            places.append((path, number))
    registry = CheckRegistry()
    registry.register_many((*OWN, *checks.__register__))
    enabled = {name: name not in LEFT_OUT for name in names_of(registry)}
    text = LintFile("prose", "\n".join(lines))
    text.quote_bounds = ()  # it takes "rows'" for the beginning of a quotation
    for result in text.lint({"max_errors": 1000, "checks": enabled}):
        said, start = result.check_result, text.content[: result.check_result.span[0] + 1]
        path, number = places[start.count("\n") - 1]
        yield f"{path.relative_to(ROOT)}:{number}: {said.message} ({said.check_path})"


def messages_of_module(source: str) -> str:
    """Return the text that a Python module may show, docstrings left out, each word on its line."""
    tree = ast.parse(source)
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    lines = [""] * (source.count("\n") + 1)
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings and " " in node.value.strip():
            lines[node.lineno - 1] += " " + " ".join(node.value.split())
    return "\n".join(lines)


def not_searched_for(paths: list[Path]) -> Iterator[str]:
    """Yield what pages of documentation and messages say in words that nobody searches for."""
    for path in paths:
        text = path.read_text("utf-8")
        is_module = path.suffix == ".py"
        shown = messages_of_module(text) if is_module else prose_of_page(text)
        for pattern, word in SEARCHED.items():
            for found in re.finditer(
                rf"\b(?:{pattern})\b".replace(" ", r"\s+"), shown, re.IGNORECASE
            ):
                number = shown.count("\n", 0, found.start()) + 1
                said = " ".join(found[0].split())
                yield f"{path.relative_to(ROOT)}:{number}: Write '{word}' instead of '{said}'. (searched)"


def names_of(registry: CheckRegistry) -> set[str]:
    """Return the first names of all rules."""
    return {check.path.partition(".")[0] for check in registry.checks}


def files(*patterns: str) -> list[Path]:
    """Return the project's files that match `patterns`, in their order."""
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def main(names: list[str]) -> int:
    """Print what is to be said otherwise; return 1 if there is something."""
    paths = [Path(name).resolve() for name in names]
    found = [*found_in(paths or files(*PAGES, *MODULES))]
    found += not_searched_for([path for path in files(*SHOWN) if not paths or path in paths])
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
