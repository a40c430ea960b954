"""Words for tests of drafts: what is kept, what is offered, and forms to type into."""

from __future__ import annotations

import json

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


# In the page: all texts that are kept, [[key, text]], in the database and beside it.
TEXTS = """async () => {
    const database = await new Promise((resolve) => {
        const request = indexedDB.open("clientforms", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("texts");
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(null);
        setTimeout(() => resolve(null), 3000); // as durable.js waits for WebKit
    });
    if (!database) return Object.entries(localStorage);
    const store = database.transaction("texts").objectStore("texts");
    const all = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
    const [keys, texts] = await Promise.all([all(store.getAllKeys()), all(store.getAll())]);
    database.close();
    return [...keys.map((key, place) => [key, texts[place]]), ...Object.entries(localStorage)];
}"""


def kept(page: Page) -> str:
    """Return everything that the browser keeps for the page's origin and tab, as text."""
    return json.dumps(page.evaluate(TEXTS)) + page.evaluate(
        "JSON.stringify(Object.entries(sessionStorage))"
    )


def draft_keys(page: Page) -> list[str]:
    return [key for key, _ in page.evaluate(TEXTS) if key.startswith("clientforms:draft:")]


def _wait_for_texts(page: Page, condition: str, text: str = "") -> None:
    """Wait until `condition`, JavaScript about `texts` and `text`, holds of what is kept."""
    held = page.evaluate(
        f"""async text => {{
            const until = performance.now() + 15000;
            while (performance.now() < until) {{
                const texts = await ({TEXTS})();
                if ({condition}) return true;
                await new Promise(resolve => setTimeout(resolve, 20));
            }}
            return false;
        }}""",
        text,
    )
    assert held, f"{text!r}: {condition} is not so of {page.evaluate(TEXTS)}"


def wait_until_kept(page: Page, text: str, kind: str = "draft") -> None:
    """Wait until a whole draft has the text, or what was `typed` into it, or `changed`, since."""
    begins = f"/^clientforms:({kind}):/.test(key)"
    _wait_for_texts(page, f"texts.some(([key, value]) => {begins} && value.includes(text))", text)


def wait_until_nothing_is_kept(page: Page) -> None:
    _wait_for_texts(
        page, "texts.every(([key]) => !/^clientforms:(draft|changed|typed):/.test(key))"
    )


def put_texts(page: Page, texts: list[list[str]]) -> None:
    """Keep these texts, [key, text], as any script of the origin could."""
    page.evaluate(
        """texts => new Promise((resolve) => {
            const request = indexedDB.open("clientforms", 1);
            request.onsuccess = () => {
                const transaction = request.result.transaction("texts", "readwrite");
                for (const [key, text] of texts) transaction.objectStore("texts").put(text, key);
                transaction.oncomplete = () => resolve(request.result.close());
            };
        })""",
        texts,
    )


def change_drafts(page: Page, function: str) -> None:
    """Let the JavaScript `function` change every kept draft, an object."""
    changed = page.evaluate(
        f"""async () => (await ({TEXTS})())
            .filter(([key]) => key.startsWith("clientforms:draft:"))
            .map(([key, text]) => {{
                const draft = JSON.parse(text);
                ({function})(draft);
                return [key, JSON.stringify(draft)];
            }})"""
    )
    put_texts(page, changed)


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
