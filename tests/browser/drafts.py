"""Words for tests of drafts: what is kept, what is offered, and forms to type into."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.browser.live_page import LivePage

NOTES = """
    class Note(forms.Form):
        title = forms.CharField()
        kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
        text = forms.CharField(required=False, widget=forms.Textarea)

    NoteFormSet = forms.formset_factory(Note, extra=1, can_delete=True, can_order=True)

    class About(forms.Form):
        name = forms.CharField()
        email = forms.EmailField()
"""
PAGE = """<form id="f" data-draft="notes">
    <div data-formset="case.NoteFormSet" data-prefix="notes"></div>
    <div data-form="case.About" data-prefix="about"></div>
    <button>Save</button>
</form>"""


def kept(page: Page) -> str:
    """Return everything that the browser keeps for the page's origin and tab, as text."""
    return page.evaluate(
        "() => JSON.stringify(Object.entries(localStorage)) +"
        " JSON.stringify(Object.entries(sessionStorage))"
    )


def draft_keys(page: Page) -> list[str]:
    return page.evaluate(
        "Object.keys(localStorage).filter(key => key.startsWith('clientforms:draft:'))"
    )


def wait_until_kept(page: Page, text: str) -> None:
    page.wait_for_function(
        "text => Object.entries(localStorage)"
        ".some(([key, value]) => key.startsWith('clientforms:draft:') && value.includes(text))",
        arg=text,
    )


def wait_until_nothing_is_kept(page: Page) -> None:
    page.wait_for_function(
        "Object.keys(localStorage).every(key => !key.startsWith('clientforms:draft:'))"
    )


def change_drafts(page: Page, function: str) -> None:
    """Let the JavaScript `function` change every kept draft, an object."""
    page.evaluate(
        f"""() => {{
            for (const key of Object.keys(localStorage)) {{
                if (!key.startsWith("clientforms:draft:")) continue;
                const draft = JSON.parse(localStorage[key]);
                ({function})(draft);
                localStorage[key] = JSON.stringify(draft);
            }}
        }}"""
    )


def box(page: Page) -> Locator:
    return page.get_by_role("group", name="Draft")


def offers(page: Page) -> Locator:
    return box(page).get_by_role("button", name="Restore")


def answer(page: Page, name: str) -> None:
    box(page).get_by_role("button", name=name).first.click()


def reload(live: LivePage) -> None:
    live.page.reload()
    live.wait_until_ready()


def is_settled(page: Page) -> None:
    """Wait until the page has looked for older drafts."""
    page.locator("form[data-draft-looked]").first.wait_for(state="attached")
