"""`data-on-valid` in a template: the build says what would not work."""

import pytest

from clientforms.builder.page.page_template import make_page

PAGE = "<!doctype html><html><head><title>T</title></head><body>\n{}\n</body></html>"
ASKED = {
    "title": "", "language": "", "on_valid": "download", "csv_guard": "on", "action": "", "together": False, "forms": [],
    "of_own_forms": [],
}  # fmt: skip
INSIDE = '<div data-form="shop.Order"></div><button>Save</button>'


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (f'<form data-on-valid="downlaod">{INSIDE}</form>', "is not one of download, keep, event"),
        (f"<form data-on-valid>{INSIDE}</form>", "is not one of download, keep, event"),
        (f'<div data-on-valid="download">{INSIDE}</div>', "is not on a <form>"),
        ('<form data-on-valid="event"><button>Save</button></form>', "contains no form of yours"),
        (f'<form data-on-valid="keep">{INSIDE}</form>', "has no id"),
    ],
)
def test_what_is_missing_is_said_with_its_line(html, reason):
    with pytest.raises(ValueError, match=f"^line 2: .*{reason}"):
        make_page(PAGE.format(html), ASKED)


@pytest.mark.parametrize("what", ["download", "keep", "event"])
def test_a_form_of_an_author_is_left_as_it_is(what):
    html = f'<form id="own" data-on-valid="{what}">{INSIDE}</form>'
    assert html in make_page(PAGE.format(html), ASKED)
