"""What every page that clientforms builds has to do, form by form; the ten forms of tests/authors.

A form is in the HTML, is taken over with what was typed, shows an error as it is typed, and hands
over the data that CPython's Django does.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseFormSet
from django.http import QueryDict
from django.utils import translation
from playwright.sync_api import expect

from clientforms.engine.data.to_json import to_plain
from tests.browser.live_page import BOOT, LivePage
from tests.engine.loops import run
from tests.support.sites import AUTHORS

__all__ = ["TEN", "Case", "check_errors", "check_page", "wait_until_live"]


@dataclass(frozen=True)
class Case:
    """`typed` is refused in `control` with `error`; `data` is valid. `early` is typed before Python."""

    target: str
    name: str
    control: str
    typed: str
    error: str
    data: Any = field(default_factory=dict)
    early: tuple[str, str] = ("", "")
    files: dict[str, bytes] = field(default_factory=dict)
    language: str = "en"
    is_by_hand: bool = False  # the data are chosen one after the other, as fields come and go


TEN = (
    Case(
        "survey.py:SurveyForm",
        "survey",
        "code",
        "AB12",
        "Two letters, three digits.",
        {
            "name": " Ada ",
            "age": "36",
            "arrival": "2026-01-01",
            "departure": "2026-01-03",
            "wake_up": "06:30",
            "diet": "veg",
            "languages": ["py", "rs"],
            "site": "example.org",
            "code": "AB123",
            "agreed": True,
            "token": "12345678123456781234567812345678",
        },
        ("name", "typed early"),
    ),
    Case(
        "tournament.py:TeamFormSet",
        "form",
        "form-0-players",
        "4",
        "Ensure this value is greater than or equal to 5.",
        [{"name": "Reds", "players": 11, "ORDER": 2}, {"name": "Blues", "players": 7, "ORDER": 1}],
        ("form-1-name", "Greens"),
    ),
    Case(
        "atlas/forms.py:TripForm",
        "trip",
        "end",
        "Kraków",
        "Go somewhere.",
        {"start": "Oslo", "end": "Rome"},
        ("start", "Rome"),
    ),
    Case(
        "library/forms.py:BookForm",
        "book",
        "pages",
        "3",
        "Ensure this value is greater than or equal to 10.",
        {"title": "the waves", "pages": "300", "published": "1931-10-08", "kind": "f"},
        ("title", "Orlando"),
    ),
    Case(
        "recipe.py:RecipeForm",
        "recipe",
        "text",
        "flour = ",
        "This is no TOML",
        {"text": 'water = 3\nflour = ["rye", "oats"]'},
        ("text", "salt = 1"),
    ),
    Case(
        "member.py:MemberForm",
        "member",
        "nickname",
        "admin",
        "This name is taken.",
        {"nickname": "ada"},
        ("nickname", "bob"),
    ),
    Case(
        "delivery.py:DeliveryForm",
        "delivery",
        "city",
        "",
        "",
        {"by_post": True, "country": "it", "city": "bari"},
        is_by_hand=True,
    ),
    Case(
        "course.py:CourseFormSet",
        "form",
        "form-0-title",
        "two words",
        "Enter a valid “slug”",
        [{"title": "django", "lessons": [{"topic": "Forms", "minutes": "90"}]}],
        ("form-0-lessons-0-topic", "Views"),
    ),
    Case(
        "rechnung.py:RechnungForm",
        "rechnung",
        "netto",
        "1,234",
        "höchstens 2 Dezimalstellen",
        {"datum": "24.12.2026", "netto": "1234,50", "steuer": "0,19"},
        ("netto", "12,5"),
        language="de",
    ),
    Case(
        "application.py:ApplicationForm",
        "application",
        "phone_country",
        "47",
        "Enter a valid value.",
        {"phone": "+47 123"},
        ("phone_number", "555"),
        files={"letter": b"Dear all,"},
    ),
)


def check_page(live: LivePage, address: str, html: str, cases: Sequence[Case]) -> None:
    """Open the page of these forms at `address`, whose text is `html`, and try all of them."""
    for case in cases:
        name = re.escape(case.early[0] or case.control)
        assert re.search(rf'<[^>]* name="{name}"', html), case.target
    early = [case.early for case in cases if case.early[0]]
    live.page.goto(address, wait_until="commit")
    for name, text in early:
        put(live, name, text)
    live.page.evaluate(
        "names => names.forEach(name => document.getElementsByName(name)[0].typedInto = true)",
        [name for name, _ in early],
    )
    wait_until_live(live)
    for name, text in early:
        there = "element => [element.value, element.typedInto]"
        assert live.control(name).evaluate(there) == [text, True], name
    for case in cases:
        check_errors(live, case)
        check_data(live, case)


def wait_until_live(live: LivePage) -> None:
    """Wait without evaluating text again and again, which the page's policy bars."""
    live.page.wait_for_load_state("domcontentloaded")
    live.page.evaluate(
        """milliseconds => Promise.race([clientforms.ready, new Promise((_, reject) =>
            setTimeout(() => reject(new Error("the page is not live")), milliseconds))])""",
        BOOT,
    )


def put(live: LivePage, name: str, text: str) -> None:
    control = live.control(name)
    if control.evaluate("element => element.tagName") == "SELECT":
        control.select_option(text)
    else:
        control.fill(text)


def check_errors(live: LivePage, case: Case) -> None:
    if not case.error:
        return
    if case.name == "trip":
        put(live, "start", case.typed)
    put(live, case.control, case.typed)
    live.control(case.control).blur()
    if case.name == "trip":  # an error of the whole form shows when all of it was asked for
        live.form("trip", "validate()")
    form = live.page.locator("form", has=live.control(case.control))
    expect(form).to_contain_text(case.error)


def check_data(live: LivePage, case: Case) -> None:
    """The page's cleaned data are those of Django here, for what the page would post."""
    kind = "formset" if isinstance(case.data, list) else "form"
    if case.is_by_hand:
        for name, value in case.data.items():
            live.control(name).check() if value is True else put(live, name, value)
    else:
        live.call(f"clientforms.{kind}('{case.name}').setData({json.dumps(case.data)})")
    for name, content in case.files.items():
        file = {"name": "letter.txt", "mimeType": "text/plain", "buffer": content}
        live.control(name).set_input_files([file])
    found = f"clientforms.{kind}('{case.name}')"
    is_valid = live.page.evaluate(f"{found}.validateAsync()")
    assert is_valid, f"{case.target}: {live.call(f'{found}.errors()')}"
    post = live.call(f"{found}.postData()")
    assert live.call(f"{found}.cleanedData()") == cleaned_here(case, post)


def cleaned_here(case: Case, post: dict[str, list[str]]) -> Any:
    """Return what Django makes of the posted data in this Python."""
    module, _, name = case.target.partition(":")
    sys.path.insert(0, str(AUTHORS))
    try:
        form_class = getattr(
            importlib.import_module(module.removesuffix(".py").replace("/", ".")), name
        )
    finally:
        sys.path.remove(str(AUTHORS))
    data = QueryDict(mutable=True)
    for key, values in post.items():
        data.setlist(key, values)
    files = {
        key: SimpleUploadedFile("letter.txt", content, "text/plain")
        for key, content in case.files.items()
    }
    with translation.override(case.language):
        bound = form_class(data, files)
        if hasattr(bound, "ais_valid"):
            run(bound.ais_valid)
        assert bound.is_valid(), bound.errors
        cleaned = bound.cleaned_data
        if isinstance(bound, BaseFormSet) and hasattr(bound.forms[0], "lessons"):
            for own, form in zip(cleaned, bound.forms, strict=True):
                assert form.lessons.is_valid()
                own["lessons"] = form.lessons.cleaned_data
        return to_plain(cleaned)
