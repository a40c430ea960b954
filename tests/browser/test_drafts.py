"""Drafts: what is typed survives a reload and a crash, and nothing is restored unasked."""

import contextlib
import json
import textwrap

import pytest
from django import forms
from django.http import QueryDict
from playwright.sync_api import Error, expect

from tests.browser.drafts import (
    NOTES,
    PAGE,
    TEXTS,
    answer,
    box,
    change_drafts,
    draft_keys,
    is_settled,
    kept,
    offers,
    put_texts,
    reload,
    wait_until_kept,
    wait_until_nothing_is_kept,
)
from tests.browser.live_page import CASE, LivePage


def test_what_is_typed_is_offered_after_a_reload_and_restored_when_asked(author):
    live = author(PAGE, NOTES)
    page = live.page
    assert draft_keys(page) == []
    live.type("notes-0-title", "Ulysses", leave=False)
    wait_until_kept(page, "Ulysses")
    live.type("notes-0-text", "Stately,\nplump")
    live.button("notes", "add").click()
    live.control("notes-1-kind").select_option("b")
    live.button("notes", "move-up", row=1).click()
    live.type("about-email", "half@")
    typed = live.form_data("f")
    reload(live)
    expect(box(page)).to_contain_text("Restore what you typed on ")
    expect(page.locator("[data-clientforms-announcer]")).to_contain_text(
        "can restore it at the top"
    )
    expect(live.control("notes-0-title")).to_have_value("")
    assert live.focused() == "BODY", "an offer does not take the focus"
    answer(page, "Restore")
    assert live.form_data("f") == typed
    expect(box(page)).to_have_count(0)
    live.expect_errors("about-email", "Enter a valid email address.")
    live.expect_errors("about-name")
    expect(page.locator("[data-clientforms-announcer]")).to_contain_text("Restored what you typed")
    assert page.evaluate("document.activeElement.closest('form').id") == "f"
    assert live.formset("notes", "undo()") is True
    expect(live.rows("notes")).to_have_count(1)
    expect(live.control("notes-0-title")).to_have_value("")
    assert live.formset("notes", "redo()") is True
    assert live.form_data("f") == typed
    wait_until_kept(page, "Ulysses")
    assert len(draft_keys(page)) == 1


def test_nothing_is_kept_of_what_is_undone_reset_or_accepted(author):
    live = author(PAGE, NOTES)
    page = live.page
    for leave_off in (
        lambda: live.type("notes-0-title", ""),
        lambda: live.formset("notes", "undo()"),
        lambda: page.evaluate("document.getElementById('f').reset()"),
        lambda: live.formset("notes", "reset()"),
    ):
        live.type("notes-0-title", "Dubliners")
        wait_until_kept(page, "Dubliners")
        leave_off()
        wait_until_nothing_is_kept(page)
    live.type("notes-0-title", "Exiles")
    live.type("about-name", "James")
    live.type("about-email", "james@example.org")
    wait_until_kept(page, "james@example.org")
    page.evaluate(
        "document.addEventListener('clientforms:submit', event => event.preventDefault(),"
        " {once: true})"
    )
    page.get_by_role("button", name="Save").click()
    wait_until_kept(page, "james@example.org")
    page.get_by_role("button", name="Save").click()
    wait_until_nothing_is_kept(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert draft_keys(page) == [], "what was accepted is not kept when the page goes"
    live.type("about-name", "Nora")
    wait_until_kept(page, "Nora")
    reload(live)
    answer(page, "Discard")
    wait_until_nothing_is_kept(page)
    expect(box(page)).to_have_count(0)
    expect(live.control("about-name")).to_have_value("")


@pytest.fixture
def another_tab(page, server, complaints):
    """Another page of the same browser: `another_tab(html, python)`."""

    def open_tab(html=PAGE, python=NOTES):
        tab = page.context.new_page()
        complaints.watch(tab)
        return LivePage(tab, server).open_case(html, python)

    return open_tab


@pytest.mark.first_visit
def test_what_is_typed_is_offered_after_a_crash_of_the_page(author, page, another_tab):
    live = author(PAGE, NOTES)
    live.control("notes-0-title").press_sequentially("Chamber Music")
    wait_until_kept(page, "Chamber Music")
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash")
    other = another_tab()
    answer(other.page, "Restore")
    expect(other.control("notes-0-title")).to_have_value("Chamber Music")


def test_tabs_keep_to_themselves_until_they_are_gone(author, page, another_tab):
    first, second = author(PAGE, NOTES), another_tab()
    first.type("notes-0-title", "From the first")
    second.type("notes-0-title", "From the second")
    wait_until_kept(page, "From the first")
    wait_until_kept(page, "From the second")
    with page.expect_popup() as popup:  # it has the tab's own storage, as a duplicate has
        page.evaluate("window.open('/case.html')")
    copy = LivePage(popup.value, first.server).wait_until_ready()
    is_settled(copy.page)
    expect(box(copy.page)).to_have_count(0)
    copy.type("notes-0-title", "From the copy")
    wait_until_kept(page, "From the copy")
    assert len(draft_keys(page)) == 3
    reload(first)
    expect(offers(page)).to_have_count(1)
    copy.page.close()
    reload(second)
    expect(offers(second.page)).to_have_count(2)
    expect(box(second.page).locator("q")).to_have_text(["From the second", "From the copy"])
    third = another_tab()
    is_settled(third.page)
    expect(box(third.page).locator("q")).to_have_count(0)
    expect(offers(third.page)).to_have_count(1)
    offers(second.page).nth(1).click()
    expect(second.control("notes-0-title")).to_have_value("From the copy")
    expect(box(third.page)).to_have_count(0)
    answer(second.page, "Discard")
    # The second tab is sure by and by that what it restored did no harm.
    page.wait_for_function("!Object.keys(localStorage).some(key => key.includes(':attempt:'))")
    answer(page, "Restore")
    expect(first.control("notes-0-title")).to_have_value("From the first")
    wait_until_kept(page, "From the first")
    assert "From the second" not in kept(page)
    reload(first)  # before it is sure that the draft did no harm: the page goes in good health
    is_settled(page)
    assert "clientforms:attempt:" not in kept(page)


@pytest.mark.first_visit
def test_what_is_typed_before_python_is_up_is_offered_to_no_other_tab(author, page, another_tab):
    page.route("**/runtime/snapshot.data", lambda route: None)  # Python waits for it
    first = author(PAGE, NOTES, prerendered=True, wait=False)
    first.type("notes-0-title", "Early")
    wait_until_kept(page, "Early", "typed")
    second = another_tab()
    is_settled(second.page)
    expect(box(second.page)).to_have_count(0)
    page.close()
    reload(second)
    expect(offers(second.page)).to_have_count(1)


def test_typing_before_the_answer_takes_nothing_away(author):
    live = author(PAGE, NOTES)
    page = live.page
    live.type("about-name", "First")
    wait_until_kept(page, "First")
    reload(live)
    live.type("about-name", "Second")
    wait_until_kept(page, "Second")
    assert "First" in kept(page)
    reload(live)
    expect(box(page).locator("q")).to_have_text(["Second", "First"])
    live.type("about-name", "Third")
    box(page).get_by_role("button", name="Restore").nth(1).click()
    expect(live.control("about-name")).to_have_value("First")
    expect(box(page).locator("q")).to_have_text(["Second", "Third"])
    wait_until_kept(page, "Third")
    box(page).get_by_role("button", name="Restore").nth(1).click()
    expect(live.control("about-name")).to_have_value("Third")


SECRETS = """
    class Shown(forms.PasswordInput):
        input_type = "text"

    class Login(forms.Form):
        name = forms.CharField()
        password = forms.CharField(widget=forms.PasswordInput)
        again = forms.CharField(widget=Shown)
        code = forms.CharField(widget=forms.TextInput({"autocomplete": "one-time-code"}))
        card = forms.CharField(widget=forms.TextInput({"autocomplete": "billing cc-number"}))
        plain = forms.CharField()
        photo = forms.FileField()
"""


def test_passwords_codes_cards_and_files_are_never_kept(author):
    page_with_token = """<form id="f" data-draft="login">
        <input type="hidden" name="csrfmiddlewaretoken" value="hunter2-token">
        <div data-form="case.Login" data-prefix="login"></div></form>
        <script>addEventListener("clientforms:ready", () =>
            document.getElementById("id_login-plain").type = "password", true)</script>"""
    live = author(page_with_token, SECRETS)
    page = live.page
    page.evaluate("document.getElementById('id_login-plain').type = 'password'")
    for name in ("password", "again", "code", "card", "plain"):
        live.type(f"login-{name}", "hunter2")
    live.control("login-photo").set_input_files(
        {"name": "hunter2.png", "mimeType": "image/png", "buffer": b"hunter2"}
    )
    live.type("login-name", "Ada")
    page.evaluate("document.getElementById('id_login-plain').type = 'text'")
    live.type("login-name", "Ada Lovelace")
    wait_until_kept(page, "Ada Lovelace")
    assert "hunter2" not in kept(page)
    reload(live)
    answer(page, "Restore")
    expect(live.control("login-name")).to_have_value("Ada Lovelace")
    note = page.locator("#id_login-photo + small")
    expect(note).to_have_text("Choose the file again: a draft does not keep files.")
    expect(page.locator("[data-clientforms-announcer]")).to_contain_text("Choose the file again")
    secret = page.locator("#id_login-password + small")
    expect(secret).to_contain_text("Type this again")
    live.type("login-password", "hunter2")
    expect(secret).to_have_count(0)
    live.control("login-photo").set_input_files(
        {"name": "hunter2.png", "mimeType": "image/png", "buffer": b"hunter2"}
    )
    expect(note).to_have_count(0)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert "hunter2" not in kept(page)


def test_a_draft_of_an_older_form_is_restored_as_far_as_it_fits(author):
    live = author(PAGE, NOTES)
    page = live.page
    live.button("notes", "add").click()
    live.button("notes", "add").click()
    for index, title in enumerate(("First", "Second", "Third")):
        live.type(f"notes-{index}-title", title)
    live.control("notes-0-kind").select_option("b")
    live.type("notes-1-text", "A text that has no place")
    live.type("about-name", "James")
    wait_until_kept(page, "James")
    author(
        '<form id="f" data-draft="notes"><div data-formset="case.NoteFormSet" '
        'data-prefix="notes"></div></form>',
        """
    class Note(forms.Form):
        title = forms.CharField()
        kind = forms.ChoiceField(choices=[("a", "A"), ("c", "C")])

    NoteFormSet = forms.formset_factory(Note, extra=1, max_num=2, can_delete=True, can_order=True)
        """,
    )
    answer(page, "Restore")
    assert live.form_data("f")["notes-1-title"] == ["Second"]
    assert live.form_data("f")["notes-0-kind"] == ["a"]
    assert live.form_data("f") == live.formset("notes", "postData()")
    said = box(page).get_by_role("listitem")
    expect(said).to_have_text(
        [
            "There is no room for Note 3. It held: Title “Third”",
            "The field “Kind, Note 1” no longer takes this: “b”",
            "The field “Text, Note 2” is no longer there. "
            "You had typed: “A text that has no place”",
            "“about” is no longer in this page. It held: Name “James”",
        ]
    )
    expect(box(page).locator("div:focus")).to_have_count(1)
    assert "James" in kept(page), "what has no place is kept until it was read"
    answer(page, "OK")
    expect(box(page)).to_have_count(0)
    assert "James" not in kept(page)
    wait_until_kept(page, "Second")


def test_full_storage_is_said_once_and_typing_goes_on(author, page, server):
    devtools = page.context.new_cdp_session(page)
    quota = {"origin": server}
    devtools.send("Storage.overrideQuotaForOrigin", quota | {"quotaSize": 1})
    live = author(PAGE, NOTES)
    warnings = []
    page.on("console", lambda each: warnings.append(each.text) if each.type == "warning" else 0)
    live.type("about-name", "James")
    expect(box(page)).to_contain_text("the browser’s storage is full")
    live.type("about-email", "james@example.org")
    live.type("about-name", "Jim")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert live.form("about", "isValid()")
    assert draft_keys(page) == []
    assert len(warnings) == 1
    assert "QuotaExceededError" in warnings[0]
    expect(box(page).get_by_role("paragraph")).to_have_count(1)
    devtools.send("Storage.overrideQuotaForOrigin", quota)
    live.type("about-name", "James again")
    wait_until_kept(page, "James again")


@pytest.mark.parametrize(
    "getter", ["throw new DOMException('Access is denied.', 'SecurityError')", "return null"]
)
def test_forbidden_storage_is_said_once_and_typing_goes_on(author, page, getter):
    page.add_init_script(
        f"""for (const name of ["indexedDB", "localStorage", "sessionStorage"])
            Object.defineProperty(window, name, {{get() {{ {getter} }}}});"""
    )
    warnings = []
    page.on("console", lambda each: warnings.append(each.text) if each.type == "warning" else 0)
    live = author(PAGE, NOTES)
    expect(box(page)).to_have_count(0)
    live.type("about-name", "James")
    expect(box(page)).to_contain_text("this page may not use the browser’s storage")
    live.type("about-email", "james@example.org")
    assert live.form("about", "isValid()")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert len(warnings) == 1


def test_without_a_database_drafts_are_kept_beside_it_and_taken_over_by_one(author, page):
    page.add_init_script(
        """if (localStorage.getItem("no database"))
            Object.defineProperty(window, "indexedDB", {value: undefined});"""
    )
    live = author(PAGE, NOTES)
    page.evaluate("localStorage.setItem('no database', 'yes')")
    reload(live)
    live.type("about-name", "James")
    page.wait_for_function("JSON.stringify(localStorage).includes('James')")
    reload(live)
    expect(offers(page)).to_have_count(1)
    page.evaluate("localStorage.removeItem('no database')")
    reload(live)
    answer(page, "Restore")
    expect(live.control("about-name")).to_have_value("James")
    wait_until_kept(page, "James")
    page.wait_for_function("localStorage.length === 0")


def test_old_drafts_are_dropped_on_sight(author):
    live = author(PAGE.replace(">", ' data-draft-days="3">', 1), NOTES)
    page = live.page
    live.type("about-name", "James")
    wait_until_kept(page, "James")
    change_drafts(page, "draft => { draft.saved -= 2.9 * 86400000 }")
    reload(live)
    expect(offers(page)).to_have_count(1)
    change_drafts(page, "draft => { draft.saved -= 0.2 * 86400000 }")
    reload(live)
    is_settled(page)
    wait_until_nothing_is_kept(page)
    expect(box(page)).to_have_count(0)


HOSTILE = "<img src=x onerror=window.hit=1><script>window.hit=1</script>"


def test_what_a_stranger_wrote_is_text_or_is_ignored(author):
    live = author(PAGE, NOTES)
    page = live.page
    warnings = []
    page.on("console", lambda each: warnings.append(each.text) if each.type == "warning" else 0)
    live.type("notes-0-title", "Honest")
    wait_until_kept(page, "Honest")
    written = page.evaluate(
        """([key, text, hostile]) => {
            const prefix = key.slice(0, key.lastIndexOf(":") + 1);
            const draft = JSON.parse(text);
            const others = ["", "{", "null", "[]", '"x"', "[".repeat(100000), '{"version":1}',
                JSON.stringify({...draft, version: 99}), JSON.stringify({...draft, saved: "now"}),
                JSON.stringify({...draft, saved: 1e300}), JSON.stringify({...draft, forms: {notes: 1}}),
                JSON.stringify({...draft, forms: {notes: {fields: {}, rows: [{}], order: [0]}}})];
            const texts = others.map((text, index) => [prefix + "junk" + index, text]);
            const row = draft.forms.notes.rows[0];
            row.typed = JSON.parse(JSON.stringify(row.typed).replace("Honest", "HOSTILE"));
            row.typed["__prefix__-title"] = [hostile];
            row.typed["__prefix__-text"] = ["\\ud800 \\u0000 {{ title }} ${1}"];
            row.typed["__prefix__-" + hostile] = [hostile];
            Object.defineProperty(row.typed, "__proto__", {value: [hostile], enumerable: true});
            draft.forms.notes.fields[hostile] = hostile;
            draft.forms[hostile] = draft.forms.notes;
            return [...texts, [key, JSON.stringify(draft)], [prefix + "<b>id</b>", JSON.stringify(draft)]];
        }""",
        [*next(each for each in page.evaluate(TEXTS) if "Honest" in each[1]), HOSTILE],
    )
    put_texts(page, written)
    reload(live)
    expect(offers(page)).to_have_count(2)
    assert len(warnings) == 12
    assert all("is left alone" in each or "not a draft" in each for each in warnings)
    answer(page, "Restore")
    expect(live.control("notes-0-title")).to_have_value(HOSTILE)
    expect(box(page)).to_contain_text(f"“{HOSTILE}” is no longer")
    assert page.evaluate("[window.hit, {}.title, document.querySelectorAll('#f img').length]") == [
        None, None, 0,
    ]  # fmt: skip
    live.type("notes-0-title", "Goes on")
    wait_until_kept(page, "Goes on")


def test_the_offer_is_answered_by_keyboard(author):
    live = author('<a href="#f" id="before">Skip</a>' + PAGE, NOTES)
    page = live.page
    live.type("notes-0-title", "Typed")
    wait_until_kept(page, "Typed")
    reload(live)
    expect(offers(page)).to_have_count(1)
    page.locator("#before").focus()
    page.keyboard.press("Tab")
    expect(box(page).get_by_role("button", name="Restore")).to_be_focused()
    page.keyboard.press("Enter")
    expect(live.control("notes-0-title")).to_have_value("Typed")
    assert live.focused() == "notes-0-title"
    reload(live)
    expect(offers(page)).to_have_count(1)
    page.locator("#before").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(box(page).get_by_role("button", name="Discard")).to_be_focused()
    page.keyboard.press("Space")
    expect(box(page)).to_have_count(0)
    assert live.focused() == "notes-0-title"


def test_a_restored_draft_is_offered_once_though_the_page_goes_at_once(author):
    """It is stored anew before the old one is removed."""
    live = author(PAGE, NOTES)
    page = live.page
    live.type("notes-0-title", "Typed")
    wait_until_kept(page, "Typed")
    reload(live)
    page.evaluate("IDBObjectStore.prototype.delete = function () {}")  # as if it went before that
    box(page).get_by_role("button", name="Restore").click()
    live.type("notes-0-title", "Typed on")
    wait_until_kept(page, "Typed on")
    reload(live)
    expect(offers(page)).to_have_count(1)
    answer(page, "Restore")
    expect(live.control("notes-0-title")).to_have_value("Typed on")


@pytest.mark.first_visit
def test_without_web_locks_pages_ask_each_other(author, page, another_tab):
    page.context.add_init_script("Object.defineProperty(navigator, 'locks', {value: undefined})")
    first = author(PAGE, NOTES)
    first.type("about-name", "First")
    wait_until_kept(page, "First")
    second = another_tab()
    second.type("about-name", "Second")
    wait_until_kept(page, "Second")
    expect(box(second.page)).to_have_count(0)
    page.close()
    third = another_tab()
    expect(offers(third.page)).to_have_count(1)
    answer(third.page, "Restore")
    expect(third.control("about-name")).to_have_value("First")


def test_unbinding_writes_what_was_typed_and_leaves_nothing_behind(author):
    live = author(
        '<form id="f" data-draft="points"><div id="points"></div></form>',
        NOTES
        + """
    from clientforms import ClientFormSet
    from clientforms.browser import bind, live_handles, runtime, configure
    configure()
    binding = bind("#points", ClientFormSet(NoteFormSet, prefix="points"))
    runtime.window.unbind = runtime.proxy(binding.unbind)
    runtime.window.handles = runtime.proxy(lambda: runtime.plain_to_js(live_handles()))
    """,
    )
    page = live.page
    is_settled(page)
    live.control("points-0-title").press_sequentially("ab")
    page.evaluate("window.unbind()")
    wait_until_kept(page, "ab")
    assert page.evaluate("window.handles()") == {"proxies": 5, "listeners": 5}, "main.py's own"
    page.wait_for_function("async () => !(await navigator.locks.query()).held.length")


def test_wrong_attributes_are_told_to_the_author(author, complaints):
    complaints.expect("data-draft-days")
    complaints.expect("has this name already")
    live = author(
        '<form data-draft="a" data-draft-days="soon"><div data-form="case.About"></div></form>'
        '<form data-draft="b"><div data-form="case.About" data-prefix="x"></div></form>'
        '<form data-draft="b"><div data-form="case.About" data-prefix="y"></div></form>',
        NOTES,
    )
    expect(live.page.locator(".clientforms-error")).to_have_text(
        [
            'No drafts are kept. data-draft-days="soon": give a whole number of days, such as 30.',
            'No drafts are kept. data-draft="b": another form of this page has this name already.',
        ]
    )


def test_a_draft_outlives_a_submit_until_it_arrived(author):
    live = author(PAGE.replace(">", ' action="thanks.html" method="post">', 1), NOTES)
    page = live.page
    live.type("notes-0-title", "Sent")
    live.type("about-name", "James")
    live.type("about-email", "james@example.org")
    save = page.get_by_role("button", name="Save")
    page.context.route("**/thanks.html", lambda route: route.abort("connectionfailed"))
    with page.expect_event("requestfailed"):
        save.click()
    page.wait_for_url("chrome-error://chromewebdata/")
    page.go_back()
    live.wait_until_ready()
    expect(box(page)).to_contain_text("Sent on ")
    answer(page, "Restore")
    expect(live.control("about-email")).to_have_value("james@example.org")
    page.context.route("**/thanks.html", lambda route: route.fulfill(body="<p>Thank you."))
    save.click()
    page.wait_for_url("**/thanks.html")
    page.goto(f"{live.server}/case.html")
    live.wait_until_ready()
    wait_until_nothing_is_kept(page)
    expect(box(page)).to_have_count(0)


def server_says(form_html):
    """A page as a server answers a POST: the form with what was sent, and its errors."""
    source = "from django import forms\n" + textwrap.dedent(NOTES)
    html = f"""<form id="f" data-draft="about" method="post" action="case.html">
        <div data-form="case.About">{form_html}</div><button>Save</button></form>"""
    return CASE.format(html=html, source=json.dumps(source), language='lang="en"')


def test_what_a_server_refused_is_not_offered_beside_itself(author):
    class About(forms.Form):
        name = forms.CharField()
        email = forms.EmailField()

    def answer_post(route):
        if route.request.method != "POST":
            route.fallback()
            return
        form = About(QueryDict(route.request.post_data))
        form.add_error("name", "This name is taken.")
        route.fulfill(body=server_says(str(form)), content_type="text/html; charset=utf-8")

    live = author(
        '<form id="f" data-draft="about" method="post" action="case.html">'
        '<div data-form="case.About"></div><button>Save</button></form>',
        NOTES,
    )
    page = live.page
    page.context.route("**/case.html", answer_post)
    live.type("name", "James")
    live.type("email", "james@example.org")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    live.wait_until_ready()
    expect(live.control("name")).to_have_value("James")
    is_settled(page)
    expect(box(page)).to_have_count(0)
    live.type("email", "jim@example.org")
    wait_until_kept(page, "jim@example.org")
    assert len(draft_keys(page)) == 1
    page.goto(f"{live.server}/case.html")
    live.wait_until_ready()
    expect(box(page)).to_contain_text("Restore what you typed on ")
    answer(page, "Restore")
    expect(live.control("name")).to_have_value("James")
    expect(live.control("email")).to_have_value("jim@example.org")


def test_a_choice_that_depends_on_another_field_is_restored_with_it(author):
    live = author(
        '<form id="f" data-draft="places"><div data-form="case.Place"></div></form>',
        """
    from clientforms import ConditionalFieldsMixin

    class Place(ConditionalFieldsMixin, forms.Form):
        country = forms.ChoiceField(choices=[("ie", "Ireland"), ("it", "Italy")])
        town = forms.ChoiceField(choices=[("", "?")])
        choices_for = {
            "town": lambda data: [("t", "Trieste") if data["country"] == "it" else ("d", "Dublin")]
        }
        """,
    )
    page = live.page
    live.control("country").select_option("it")
    live.control("town").select_option("t")
    wait_until_kept(page, "it")
    reload(live)
    answer(page, "Restore")
    expect(box(page)).to_have_count(0)
    expect(live.control("town")).to_have_value("t")
    assert live.form_data("f") == {"country": ["it"], "town": ["t"]}
