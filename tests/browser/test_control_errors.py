"""What controls cannot read, and rules that stand in attributes alone, are errors beside the field."""

from playwright.sync_api import expect

MEASURES = """
    class Measure(forms.Form):
        weight = forms.IntegerField(required=False)
        seen = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}))
        length = forms.DecimalField(decimal_places=2, max_digits=6)

    def ruled(message="", **attrs):
        return forms.CharField(required=False, widget=forms.TextInput(attrs))

    class Rules(forms.Form):
        plate = ruled(pattern="[A-Z]{3}", title="Three letters")
        low = ruled(type="number", min="1")
        high = ruled(type="number", max="4")
        step = ruled(type="number", step="5", value="0")
        day = ruled(type="date", min="2030-01-01", max="2030-12-31")
        short = ruled(minlength="3")
        must = ruled(required=True)
        mail = ruled(type="email")
        link = ruled(type="url")
        area = forms.CharField(required=False, widget=forms.Textarea({"minlength": "3"}))
        choice = forms.ChoiceField(
            choices=[("", "-"), ("a", "A")], required=False, widget=forms.Select({"required": True}))
        whole = ruled(type="number")
        own = forms.CharField(required=False)

    class Entry(forms.Form):
        name = forms.CharField(widget=forms.TextInput({"required": True}))
        count = forms.IntegerField(required=False)

    EntryFormSet = forms.formset_factory(Entry, extra=2, can_delete=True, can_order=True)
"""
PAGE = """
<form id="m" action="/never/"><div data-form="case.Measure" data-prefix="m"></div><button>Save</button></form>
<form id="r" data-form="case.Rules" data-prefix="r"><button>Send</button></form>
<form id="e"><div data-formset="case.EntryFormSet" data-prefix="e" data-initial="there"></div>
<button>Keep</button></form>
<script type="application/json" id="there">[{"name": "One", "count": 1}]</script>
<script>window.sent = []; document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) { event.preventDefault(); sent.push(event.target.id); } });</script>
"""

# Control, what is wrong there and what is said, what is right.
RULES = {
    "plate": ("xx", "Enter a valid value. Three letters", "ABC"),
    "low": ("0", "Ensure this value is greater than or equal to 1.", "1"),
    "high": ("5", "Ensure this value is less than or equal to 4.", "4"),
    "step": ("4", "Ensure this value is a multiple of step size 5.", "10"),
    "day": (
        "1999-05-05",
        "Ensure this value is greater than or equal to 2030-01-01.",
        "2030-05-05",
    ),
    "short": ("ab", "Ensure this value has at least 3 characters (it has 2).", "abc"),
    "must": ("", "This field is required.", "x"),
    "mail": ("nobody", "Enter a valid email address.", "a@example.org"),
    "link": ("nowhere", "Enter a valid URL.", "https://example.org/"),
    "area": ("ab", "Ensure this value has at least 3 characters (it has 2).", "abc"),
    "choice": ("", "This field is required.", "a"),
}


def press(live, name, *keys):
    live.control(name).focus()
    for key in keys:
        live.page.keyboard.type(key) if len(key) < 4 else live.page.keyboard.press(key)


def shows_something(live, name):
    return live.page.evaluate(
        "(name) => document.getElementsByName(name)[0].validity.badInput", name
    )


def test_bad_input_and_rules_in_attributes_are_errors(author):
    live = author(PAGE, MEASURES)
    bad_input(live)
    rules_in_attributes(live)
    rows(live)


def bad_input(live):
    press(live, "m-weight", "1e", "Tab")
    live.expect_errors("m-weight", "Enter a whole number.")
    press(live, "m-seen", "12")  # only the month: no event tells of it
    live.control("m-length").focus()
    live.expect_errors("m-seen", "Enter a valid date.")
    press(live, "m-length", "2e", "Tab")
    live.expect_errors("m-length", "Enter a number.")
    assert live.form("m", "isValid()") is False
    assert live.form("m", "totalErrorCount()") == 3
    assert live.form("m", "errors()")["length"] == ["Enter a number."]
    live.page.get_by_role("button", name="Save").click()
    assert live.page.evaluate("sent") == []
    assert live.first_error() == "m-weight"
    assert all(shows_something(live, f"m-{name}") for name in ("weight", "seen", "length"))
    # What a script sets ends it, in that control alone; so do typing and a reset.
    live.form("m", "updateData({length: 2.5})")
    live.expect_errors("m-length")
    assert not shows_something(live, "m-length")
    live.type("m-weight", "12")
    live.expect_errors("m-weight")
    live.expect_errors("m-seen", "Enter a valid date.")
    press(live, "m-weight", "e", "Tab")
    live.expect_errors("m-weight", "Enter a whole number.")
    live.form("m", "reset()")
    assert not any(shows_something(live, f"m-{name}") for name in ("weight", "seen", "length"))
    live.form("m", "setData({length: 1})")
    assert live.form("m", "validate()") is True


def rules_in_attributes(live):
    for name, (wrong, _, _) in RULES.items():
        if name == "choice":
            live.control("r-choice").select_option(wrong)
        else:
            live.type(f"r-{name}", wrong)
    live.type("r-whole", "1.5")  # a step that stands nowhere is no rule
    live.page.get_by_role("button", name="Send").click()
    for name, (_, message, _) in RULES.items():
        live.expect_errors(f"r-{name}", message)
        expect(live.control(f"r-{name}")).to_have_attribute("aria-invalid", "true")
    assert live.form("r", "errors()") == {name: [each[1]] for name, each in RULES.items()}
    assert live.form("r", "validate()") is False
    assert live.first_error() == "r-plate"
    for name, (_, _, right) in RULES.items():
        if name == "choice":
            live.control("r-choice").select_option(right)
        else:
            live.type(f"r-{name}", right)
        live.expect_errors(f"r-{name}")
    assert live.form("r", "isValid()") is True
    # Whoever sets a value: a script, which hears so at once, or one that says nothing.
    events = "(window.heard = [], document.addEventListener('formset:valid', () => heard.push(1)))"
    live.page.evaluate(events)
    right = {name: each[2] for name, each in RULES.items()}
    assert (
        live.page.evaluate("(data) => clientforms.form('r').setData(data)", {**right, "low": "0"})
        is False
    )
    assert live.page.evaluate("heard") == []
    live.expect_errors("r-low", RULES["low"][1])
    live.page.evaluate("document.getElementsByName('r-low')[0].value = '3'")
    assert live.form("r", "validate()") is True
    assert live.page.evaluate("heard") == [1]
    live.page.evaluate("document.getElementsByName('r-own')[0].setCustomValidity('Not today.')")
    assert live.form("r", "errors()") == {"own": ["Not today."]}
    live.page.evaluate("document.getElementsByName('r-own')[0].disabled = true")
    assert live.form("r", "isValid()") is True


def rows(live):
    assert live.formset("e", "validate()") is True, (
        "blank rows are blank, whatever is required there"
    )
    press(live, "e-1-count", "1e", "Tab")
    live.expect_errors("e-1-count", "Enter a whole number.")
    live.expect_errors("e-1-name")
    press(live, "e-0-count", "End", "e", "Tab")
    live.expect_errors("e-0-count", "Enter a whole number.")
    live.page.get_by_role("button", name="Keep").click()
    assert live.page.evaluate("sent") == []
    # Text and error go along with their row; nobody counts them in a row that is deleted.
    live.formset("e", "move(1, 2)")
    live.expect_errors("e-2-count", "Enter a whole number.")
    live.expect_errors("e-1-count")
    assert shows_something(live, "e-2-count")
    live.button("e", "remove", row=2).click()
    assert live.formset("e", "totalErrorCount()") == 1
    live.button("e", "remove", row=0).click()
    assert live.formset("e", "isValid()") is True
    live.button("e", "restore", row=0).click()
    assert live.formset("e", "isValid()") is False
    assert shows_something(live, "e-0-count")
    live.expect_errors("e-0-count", "Enter a whole number.")
    live.type("e-0-count", "2")
    live.page.get_by_role("button", name="Keep").click()
    live.expect_errors("e-0-count")
    assert live.formset("e", "isValid()") is True


PLAIN = """
<form id="p" action="/taken/"><div data-form="case.Entry" data-prefix="p"><div><input name="p-name" id="id_p-name"></div>
<fieldset disabled><div><input name="p-count" id="id_p-count" type="number" value="7"></div></fieldset></div>
<p><input name="consent" required title="Consent"><input name="code" pattern="[0-9]+" value="12">
<input type="checkbox" name="terms" value="yes" checked><select name="how"><option>a<option selected>b</select>
<textarea name="remark">first</textarea><output name="sum">0</output></p>
<fieldset disabled><input name="off" required><div data-formset="case.EntryFormSet" data-prefix="off"></div>
</fieldset>
<button>Post</button></form>
<form id="q" novalidate data-form="case.Rules" data-prefix="q"><input name="plain" required><button>Free</button></form>
<script>window.sent = []; window.invalid = [];
document.addEventListener("invalid", (event) => invalid.push(event.target.name), true);
window.addEventListener("submit", (event) => { if (!event.defaultPrevented) {
    event.preventDefault(); sent.push([...new FormData(event.target)].map(([name]) => name)); } });</script>
"""


def test_plain_controls_and_disabled_fieldsets_are_as_browsers_have_them(author):
    live = author(PLAIN, MEASURES)
    send = live.page.get_by_role("button", name="Post")
    send.click()
    assert live.first_error() == "p-name", "errors of fields come first"
    assert live.page.evaluate("invalid") == []
    live.type("p-name", "Ann")
    live.type("code", "x")
    send.click()
    assert live.focused() == "consent"
    assert sorted(live.page.evaluate("invalid")) == ["code", "consent"]
    live.type("consent", "yes")
    send.click()
    assert live.focused() == "code"
    assert live.page.evaluate("sent") == []

    # Nothing of what is disabled is posted, nor in the way.
    assert live.form("p", "isValid()") is True
    assert "p-count" not in live.form("p", "postData()")
    assert live.formset("off", "postData()") == {}
    assert live.formset("off", "validate()") is True
    live.page.uncheck("[name=terms]")
    live.type("remark", "second")
    live.page.select_option("[name=how]", "a")
    live.page.evaluate("document.querySelector('output').value = '5'")
    live.page.evaluate("document.getElementById('p').reset()")
    plain = {"consent": [""], "code": ["12"], "terms": ["yes"], "how": ["b"], "remark": ["first"]}
    posted = live.form_data("p")
    assert {name: posted[name] for name in plain} == plain
    assert live.page.evaluate("document.querySelector('output').value") == "0"
    expect(live.control("p-name")).to_have_value("")

    # Who writes novalidate wants no rules in attributes; what cannot be read is an error all the same.
    live.type("q-plate", "xx")
    live.page.get_by_role("button", name="Free").click()
    assert live.form("q", "isValid()") is True
    press(live, "q-low", "1e", "Tab")
    live.expect_errors("q-low", "Enter a number.")

    live.type("p-name", "Ann")
    live.type("consent", "yes")
    live.page.evaluate("document.querySelectorAll('fieldset')[1].disabled = false")
    send.click()
    assert live.focused() == "off"
    live.type("off", "on")
    send.click()
    [names] = live.page.evaluate("sent")
    assert {"consent", "code", "p-name", "off", "off-TOTAL_FORMS"} <= set(names)
    assert "p-count" not in names
