"""For those who hear a page: what rows are called, and what is announced."""

import pytest
from django import forms
from playwright.sync_api import expect

from clientforms.engine import ClientFormSet

NAMES = """[...document.querySelectorAll(`[data-prefix="${PREFIX}"] [data-formset-row]`)].map(row =>
    [row.getAttribute("role"), row.getAttribute("aria-label"),
     row.querySelector('[data-formset-action="remove"]')?.getAttribute("aria-label")])"""

FORMS = """
    class Guest(forms.Form):
        name = forms.CharField()

    class LineForm(forms.Form):
        name = forms.CharField()
        verbose_name = "order line"

    GuestFormSet = forms.formset_factory(Guest, extra=2, max_num=3, can_order=True)
    LineFormSet = forms.formset_factory(LineForm, extra=25)
"""
OWN = """<form id="own"><div data-formset="case.GuestFormSet" data-prefix="own">
  <input type="hidden" name="own-TOTAL_FORMS" value="2"><input type="hidden" name="own-INITIAL_FORMS" value="0">
  <table><tbody>
    <tr><td><input name="own-0-name"></td><td><input name="own-0-ORDER"></td></tr>
    <tr aria-label="The host"><td><input name="own-1-name"></td><td><input name="own-1-ORDER"></td></tr>
  </tbody></table></div></form>"""
PAGE = (
    "".join(
        f'<form><div data-formset="case.GuestFormSet" data-prefix="{layout}" data-layout="{layout}">'
        "</div></form>"
        for layout in ("div", "p", "ul", "table")
    )
    + '<form><div data-formset="case.LineFormSet" data-prefix="lines"></div></form>'
    + '<form><div data-formset="case.GuestFormSet" data-prefix="friends" data-row-label="A &amp; b">'
    + "</div></form>"
    + OWN
)


def names(live, prefix):
    return live.page.evaluate(NAMES.replace("${PREFIX}", prefix).replace("`", "'"))


def announced(live):
    return live.page.locator("[data-clientforms-announcer]")


@pytest.fixture(params=[False, True], ids=["rendered", "prerendered"])
def guests(author, request):
    return author(PAGE, FORMS, prerendered=request.param)


def test_rows_their_buttons_and_announcements_share_a_name(guests):
    live = guests
    expect(announced(live)).to_have_count(1)
    expect(announced(live)).to_have_text("")
    for layout in ("div", "p", "ul", "table"):
        role = None if layout == "ul" else "group"
        expected = [[role, f"Guest {n}", f"Remove Guest {n}"] for n in (1, 2)]
        assert names(live, layout) == expected, layout
    assert live.page.get_by_role("group", name="Guest 2", exact=True).count() == 3
    assert live.page.get_by_role("list", name="Guest 2", exact=True).count() == 1
    assert [name for _, name, _ in names(live, "lines")] == [
        f"Order line {n}" for n in range(1, 26)
    ]
    assert names(live, "friends")[1] == ["group", "A & b 2", "Remove A & b 2"]
    assert [(role, name) for role, name, _ in names(live, "own")] == [
        (None, "Guest 1"),
        (None, "The host"),
    ]

    live.button("table", "add").click()
    expect(announced(live)).to_have_text("Guest 3 added. Maximum of 3 reached.")
    assert names(live, "table")[2] == ["group", "Guest 3", "Remove Guest 3"]
    live.type("table-2-name", "Third")
    live.button("table", "move-up", row=2).press("Enter")
    expect(announced(live)).to_have_text("Guest 3 moved to place 2 of 3.")
    live.button("table", "remove", row=0).click()
    expect(announced(live)).to_have_text("Guest 1 removed. 2 left. Undo available.")
    assert [name for _, name, _ in names(live, "table")] == ["Guest 1", "Guest 2"]
    assert live.control("table-0-name").input_value() == "Third"

    live.button("lines", "remove", row=3).click()
    expect(announced(live)).to_have_text("Order line 4 removed. 24 left. Undo available.")
    assert [name for _, name, _ in names(live, "lines")] == [
        f"Order line {n}" for n in range(1, 25)
    ]


NOUNS = {
    "Guest": "Guest",
    "OrderLineForm": "Order line",
    "HTTPHeaderForm": "HTTP header",
    "Form": "Item",
    "F": "Item",
    "Form2": "Item",
}


def test_a_row_is_called_as_its_form_or_model_is_else_item():
    def label(name, **members):
        form = type(name, (forms.Form,), members)
        return ClientFormSet(forms.formset_factory(form)).row_label

    assert {name: label(name) for name in NOUNS} == NOUNS
    assert label("Guest", verbose_name="visitor") == "Visitor"
    field = forms.CharField()
    assert label("Guest", verbose_name=field) == "Guest"  # a field is no name


SUMMARY = """
    class Guest(forms.Form):
        name = forms.CharField()
        mail = forms.EmailField(required=False)
        secret = forms.CharField(widget=forms.HiddenInput, required=False)

        def clean(self):
            if self.cleaned_data.get("name") == "Nobody":
                raise forms.ValidationError("Nobody cannot come.")

    class BaseGuests(forms.BaseFormSet):
        def clean(self):
            if not any(self.errors) and len({form.cleaned_data.get("name") for form in self.forms}) < len(self.forms):
                raise forms.ValidationError("Two guests have one name.")

    GuestFormSet = forms.formset_factory(Guest, BaseGuests, extra=0, min_num=2, can_order=True)

    class About(forms.Form):
        topic = forms.CharField(label="Topic:")
        size = forms.ChoiceField(choices=[("s", "Small"), ("l", "Large")], widget=forms.RadioSelect)
"""
PARTY = """<form id="{0}"{1}>
  <div data-form="case.About" data-prefix="{0}-about"></div>
  <details><summary>Guests</summary><div data-formset="case.GuestFormSet" data-prefix="{0}-guests"></div></details>
  <button>Save</button></form>"""


def press(live, name):
    live.page.locator(f"#{name} > button").click()


def focused(live):
    return live.page.evaluate("document.activeElement.name || document.activeElement.id")


def test_a_refused_submit_lists_the_errors_with_links_to_their_fields(author):
    live = author(
        PARTY.format("listed", "") + PARTY.format("plain", ' data-error-summary="off"'), SUMMARY
    )
    page = live.page
    summary = page.locator("#listed [data-clientforms-errors]")
    expect(summary).to_have_count(0)
    mail = "control => { control.value = 'no address'; }"
    live.control("listed-guests-0-mail").evaluate(mail)  # it is hidden in the <details>
    press(live, "listed")
    expect(summary).to_be_focused()
    expect(summary).to_match_aria_snapshot(
        """
        - 'group "Not sent: 5 errors to fix."':
          - 'heading "Not sent: 5 errors to fix." [level=2]'
          - list:
            - listitem:
              - 'link "Topic: This field is required."'
            - listitem:
              - 'link "Size: This field is required."'
            - listitem:
              - 'link "Name, Guest 1: This field is required."'
            - listitem:
              - 'link "Mail, Guest 1: Enter a valid email address."'
            - listitem:
              - 'link "Name, Guest 2: This field is required."'
        """
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(live) == "listed-about-size"
    summary.get_by_role("link", name="Name, Guest 2").click()
    assert focused(live) == "listed-guests-1-name"
    expect(live.control("listed-guests-1-name")).to_be_in_viewport()
    assert page.locator("#listed details").evaluate("each => each.open")

    # What is corrected goes, what is new comes, and at last the box does.
    live.type("listed-guests-1-name", "Nobody")
    live.control("listed-guests-1-name").blur()
    expect(summary.get_by_role("heading")).to_have_text("Not sent: 5 errors to fix.")
    summary.get_by_role("link", name="Guest 2: Nobody cannot come.").click()
    assert page.evaluate("document.activeElement.textContent").strip() == "Nobody cannot come."
    for index in (0, 1):
        live.type(f"listed-guests-{index}-name", "Ann")
    live.type("listed-guests-0-mail", "")
    live.type("listed-about-topic", "Books")
    page.check('[name="listed-about-size"][value="s"]')
    press(live, "listed")
    expect(summary.get_by_role("link")).to_have_text(["Two guests have one name."])
    expect(summary).to_be_focused()
    live.type("listed-guests-1-name", "Bob")
    live.control("listed-guests-1-name").blur()
    expect(summary).to_have_count(0)

    press(live, "plain")
    assert focused(live) == "plain-about-topic"
    expect(announced(live)).to_have_text("Not sent: 4 errors to fix.")
    assert page.locator("[data-clientforms-errors]").count() == 0


FAR = """
    class Row(forms.Form):
        name = forms.CharField()
        text = forms.CharField(widget=forms.Textarea, required=False, help_text="Some words.")

    RowFormSet = forms.formset_factory(Row, extra=100, max_num=2000, absolute_max=3000)
"""


def test_focus_lands_on_rows_that_were_never_seen(author):
    live = author(
        '<div style="height: 40rem">Above</div><form>'
        '<div data-formset="case.RowFormSet" data-prefix="rows"></div></form>'
        "<style>[data-formset-row] { padding: 2rem; border: 1px solid }"
        "html { scroll-behavior: smooth }</style>",
        FAR,
    )
    for index in (30, 60, 90, 99, 0, 45):
        live.page.evaluate(
            "index => document.querySelector(`[name='rows-${index}-text']`).focus()", index
        )
        expect(live.control(f"rows-{index}-text")).to_be_in_viewport(ratio=0.9)
    live.page.evaluate("location.hash = 'id_rows-70-name'")
    expect(live.control("rows-70-name")).to_be_in_viewport(ratio=0.9)


STEPS = """
    class Guest(forms.Form):
        name = forms.CharField(required=False)

    GuestFormSet = forms.formset_factory(Guest, extra=1, max_num=4, can_order=True, can_delete=True)
"""
STEPS_PAGE = """<form id="f"><div data-formset="case.GuestFormSet" data-prefix="g" data-initial="i"></div></form>
<script type="application/json" id="i">[{"name": "Ann"}, {"name": "Ben"}]</script>"""
LISTEN = """() => {
    window.said = [];
    const region = document.querySelector("[data-clientforms-announcer]");
    new MutationObserver(() => said.push(region.textContent.trim())).observe(region, {childList: true});
}"""


def button(action, row=None):
    """Press a button by the keyboard, which reaches those that are barred, too."""

    def act(live):
        live.button("g", action, row).focus()
        live.page.keyboard.press("Enter")

    return act


def keys(name):
    return lambda live: live.page.keyboard.press(name)


def script(call):
    return lambda live: live.page.evaluate(f"clientforms.formset('g').{call}")


def into(index):
    return lambda live: live.control(f"g-{index}-name").focus()


def submit(live):
    live.page.locator("#f").evaluate("form => form.requestSubmit()")
    # The box is focused, and its name is what is heard.
    name = "document.querySelector('[data-clientforms-errors]:focus').getAttribute('aria-label')"
    live.page.evaluate(f"said.push({name})")


# What somebody does, and what is said then, in English and in Arabic. The rows that came are Ann and Ben.
ACTIONS = [
    (button("add"), "Guest 4 added. Maximum of 4 reached.", "تمت الإضافة: عنصر 4. تم بلوغ الحد الأقصى: 4."),
    (script("reset()"), None, None),
    (button("move-up", 0), "Already first.", "في المقدمة بالفعل."),
    (button("move-up", 0), "Already first.", "في المقدمة بالفعل."),
    (button("move-down", 2), "Already last.", "في النهاية بالفعل."),
    (button("move-up", 2), "Guest 3 moved to place 2 of 3.", "تم النقل إلى الموضع 2 من 3: عنصر 3."),
    (keys("Control+z"), "Undone.", "تم التراجع."),
    (keys("Control+y"), "Redone.", "تمت الإعادة."),
    (button("remove", 1), "Guest 2 removed. 2 left. Undo available.", "تمت الإزالة: عنصر 2. بقي اثنان. يمكن التراجع."),
    (keys("Control+z"), "Guest 2 restored.", "تمت الاستعادة: عنصر 2."),
    (keys("Control+y"), "Guest 2 removed. 2 left. Undo available.", "تمت الإزالة: عنصر 2. بقي اثنان. يمكن التراجع."),
    (button("undo"), "Guest 2 restored.", "تمت الاستعادة: عنصر 2."),
    (button("remove", 0), "Guest 1 will be deleted.", "سيتم الحذف: عنصر 1."),
    (button("restore", 0), "Guest 1 restored.", "تمت الاستعادة: عنصر 1."),
    (script("setData([{name: 'A'}, {name: 'B'}, {name: 'C'}])"), None, None),
    (script("updateData([{name: 'D'}])"), None, None),
    (script("addAnother()"), "Guest 4 added. Maximum of 4 reached.", "تمت الإضافة: عنصر 4. تم بلوغ الحد الأقصى: 4."),
    (into(3), None, None),
    (keys("Alt+ArrowUp"), "Guest 4 moved to place 3 of 4.", "تم النقل إلى الموضع 3 من 4: عنصر 4."),
    (script("removeAll()"), "4 removed. 0 left. Undo available.", "أُزيلت 4. لم يبقَ شيء. يمكن التراجع."),
    (script("undo()"), "4 restored. Maximum of 4 reached.", "استُعيدت 4. تم بلوغ الحد الأقصى: 4."),
    (script("addError(null, 'Full.')"), None, None),
    (submit, "Not sent: 1 error to fix.", "لم يُرسل: خطأ واحد للتصحيح."),
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_is_announced_of_twenty_actions(author, language):
    live = author(STEPS_PAGE, STEPS, f'lang="{language}"')
    live.page.evaluate(LISTEN)
    heard = []
    for act, *_ in ACTIONS:
        live.page.evaluate("said.length = 0")
        act(live)
        live.page.evaluate("new Promise(requestAnimationFrame)")
        heard.append((live.page.evaluate("said") or [None])[-1])
    assert heard == [english if language == "en" else arabic for _, english, arabic in ACTIONS]


REQUIRED = """
    class Guest(forms.Form):
        name = forms.CharField()
        mail = forms.EmailField(required=False)
        day = forms.SplitDateTimeField(widget=forms.SplitDateTimeWidget())
        size = forms.ChoiceField(choices=[("s", "Small")], widget=forms.RadioSelect)
        note = forms.CharField(required=False, widget=forms.Textarea)
        fax = forms.CharField(required=False)
        title = forms.CharField(required=False)

    SIZES = [("s", "Small")]

    class Login(forms.Form):
        user = forms.CharField()
        code = forms.CharField(required=False)
        word = forms.CharField()
        size = forms.ChoiceField(choices=SIZES)
        other = forms.ChoiceField(choices=[("", "None"), *SIZES], required=False)
        sure = forms.BooleanField()
        loud = forms.IntegerField(widget=forms.NumberInput({"type": "range"}))

    class Friend(forms.Form):
        name = forms.CharField()
        size = forms.ChoiceField(choices=SIZES)
        other = forms.ChoiceField(choices=[("", "None"), *SIZES], required=False)
        sure = forms.BooleanField()

    FriendFormSet = forms.formset_factory(Friend, extra=2)

    GuestFormSet = forms.formset_factory(Guest, extra=25)
"""


@pytest.mark.parametrize("prerendered", [False, True], ids=["rendered", "prerendered"])
def test_required_fields_say_so_parts_have_names_and_the_rarer_kind_is_marked(author, prerendered):
    live = author(
        '<link rel="stylesheet" href="static/page.css"><main class="demo">'
        '<form><div data-formset="case.GuestFormSet" data-prefix="g"></div></form>'
        '<form data-form="case.Login"></form>'
        '<form><div data-formset="case.FriendFormSet" data-prefix="friends"></div></form></main>',
        REQUIRED,
        prerendered=prerendered,
    )
    live.button("g", "add").click()
    required = "[...document.querySelectorAll(`[name^='g-INDEX-'][aria-required=true]`)].map(each => each.name)"
    for index in (0, 24, 25):
        names = [f"g-{index}-{name}" for name in ("name", "day_0", "day_1")]
        assert live.page.evaluate(required.replace("INDEX", str(index))) == names
        for name, part in zip(names[1:], ("Date", "Time"), strict=True):
            expect(live.control(name)).to_have_accessible_name(f"Day: {part}")
    assert live.page.locator("[required]").evaluate_all("all => all.map(each => each.name)") == [
        "user",
        "word",
        "sure",
        "loud",
    ]
    marks = """all => all.filter(label => getComputedStyle(label, "::after").content !== "none")
        .map(label => [label.textContent, getComputedStyle(label, "::after").content])"""
    first = live.rows("g").first.locator("label")
    assert first.evaluate_all(marks)[0] == ["Name:", '" required" / ""']
    login = live.page.locator("[data-form] label")
    optional = [[label, '" optional" / ""'] for label in ("Code:", "Other:")]
    assert login.evaluate_all(marks) == optional
    assert live.rows("friends").last.locator("label").evaluate_all(marks) == optional[1:]
