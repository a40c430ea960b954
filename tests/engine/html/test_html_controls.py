"""What a browser would submit for a piece of HTML."""

import pytest

from clientforms.engine.html.html_controls import submitted


@pytest.mark.parametrize(
    ("html", "entries"),
    [
        ('<input name="a" value="x&amp;y">', {"a": ["x&y"]}),
        ('<input name="a">', {"a": [""]}),
        ('<input value="x">', {}),
        ('<input name="a" value="x" disabled>', {}),
        ('<fieldset disabled><input name="a"></fieldset><input name="b">', {"b": [""]}),
        ('<input type="checkbox" name="a"><input type="checkbox" name="b" checked>', {"b": ["on"]}),
        (
            '<input type="radio" name="a" value="1"><input type="radio" name="a" value="2" checked>',
            {"a": ["2"]},
        ),
        ('<input type="submit" name="a" value="Go"><input type="file" name="b">', {}),
        ('<input type="number" name="a" value="1,5">', {"a": [""]}),
        ('<input type="number" name="a" value="-1.5e3">', {"a": ["-1.5e3"]}),
        ('<input type="email" name="a" value=" a@b.org ">', {"a": ["a@b.org"]}),
        ('<textarea name="a">\nfirst\r\nsecond</textarea>', {"a": ["first\r\nsecond"]}),
        ('<select name="a"><option value="1">1<option value="2" selected>2</select>', {"a": ["2"]}),
        ('<select name="a"><option disabled>x</option><option> y  z </option></select>', {"a": ["y z"]}),
        ('<select name="a" multiple><option>x</option></select>', {}),
        (
            '<select name="a" multiple><option selected>x</option><option selected>y</option></select>',
            {"a": ["x", "y"]},
        ),
        ('<select name="a" size="3"><option>x</option></select>', {}),
        (
            '<select name="a"><optgroup disabled><option>x</option></optgroup><option>y</option>'
            "</select>",
            {"a": ["y"]},
        ),
    ],
)  # fmt: skip
def test_entries_are_a_browsers(html, entries):
    assert submitted(html) == entries
