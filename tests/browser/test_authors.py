"""Pages of other authors: their forms, their markup, their mistakes."""

from playwright.sync_api import expect

from tests.browser.live_page import UNEDITED

FORMS = """
    class Point(forms.Form):
        x = forms.IntegerField()
        y = forms.IntegerField(required=False, help_text="Optional.")

    PointFormSet = forms.formset_factory(Point, extra=2)
"""


def test_errors_stand_where_django_renders_them_in_each_layout(author):
    """The patched page has the same errors and attributes as Django's own rendering of them.

    But for `aria-required`, which says in formsets what Django leaves out (`engine/html/required_fields.py`).
    """
    layouts = ("div", "p", "ul", "table")
    live = author(
        "".join(
            f'<form id="{layout}"><div data-formset="case.PointFormSet" data-prefix="{layout}" '
            f'data-layout="{layout}"></div></form>'
            for layout in layouts
        ),
        FORMS
        + """
    def rendered(post, layout):
        from django.http import QueryDict
        data = QueryDict(mutable=True)
        for name, value in post.items():
            data[name] = value
        formset = PointFormSet(data, prefix=layout)
        return getattr(formset.forms[0], f"as_{layout}")()

    from clientforms.browser import runtime
    runtime.window.rendered = runtime.proxy(lambda post, layout: rendered(post.to_py(), layout))
    """,
    )
    for layout in layouts:
        live.type(f"{layout}-0-x", "1")
        live.type(f"{layout}-0-x", "")
        live.type(f"{layout}-0-y", "2")
        live.formset(layout, "updateData([{x: 'one', y: 'two'}])")
        live.formset(layout, "setData([{x: '', y: '5'}])")
        live.expect_errors(f"{layout}-0-x", "This field is required.")
        django, page = live.page.evaluate(
            """layout => {
                const form = document.getElementById(layout);
                const row = (UNEDITED)(form.querySelector("[data-formset-row]").cloneNode(true));
                row.querySelector("[data-formset-row-actions]").remove();
                const shape = element => [...element.querySelectorAll("*")].map(each =>
                    each.tagName + " " + [...each.attributes].filter(a => !["value", "aria-required"].includes(a.name))
                        .map(a => `${a.name}=${a.value}`).sort().join(" "));
                const wanted = row.cloneNode(false);
                wanted.innerHTML = window.rendered(Object.fromEntries(new FormData(form)), layout);
                return [shape(wanted), shape(row)];
            }""".replace("UNEDITED", UNEDITED),
            layout,
        )
        assert page == django, layout


def test_a_form_rendered_by_a_server_is_taken_over(author):
    live = author(
        """<form id="f"><div data-formset="case.PointFormSet" data-prefix="points">
        <input type="hidden" name="points-TOTAL_FORMS" value="2">
        <input type="hidden" name="points-INITIAL_FORMS" value="1">
        <input type="hidden" name="points-MIN_NUM_FORMS" value="0">
        <input type="hidden" name="points-MAX_NUM_FORMS" value="1000">
        <div><label for="id_points-0-x">X:</label>
          <input type="number" name="points-0-x" value="4" id="id_points-0-x"></div>
        <div><label for="id_points-0-y">Y:</label>
          <input type="number" name="points-0-y" id="id_points-0-y"></div>
        <div><label for="id_points-1-x">X:</label>
          <input type="number" name="points-1-x" id="id_points-1-x"></div>
        <div><label for="id_points-1-y">Y:</label>
          <input type="number" name="points-1-y" id="id_points-1-y"></div>
        </div></form>
        <script>
          document.getElementById("id_points-0-y").value = "7";
          window.control = document.getElementById("id_points-0-x");
        </script>""",
        FORMS,
    )
    assert live.page.evaluate("window.control === document.getElementById('id_points-0-x')")
    expect(live.rows("points")).to_have_count(2)
    assert live.formset("points", "initialFormCount()") == 1
    assert live.formset("points", "postData()")["points-0-y"] == ["7"]
    assert live.formset("points", "initial()") == [{"x": 4, "y": None}]
    live.button("points", "remove", row=1).click()
    live.button("points", "add").click()
    live.type("points-1-y", "3")
    live.type("points-0-x", "")
    live.expect_errors("points-0-x", "This field is required.")
    assert live.form_data("f") == live.formset("points", "postData()")


SHELLS = {
    "div": "{}",
    "p": "{}",
    "ul": "<ul>{}</ul>",
    "table": "<table><caption>Articles</caption>{}</table>",
}

# The page's own Django writes what a server with this Django would have sent, before it goes live.
RENDERED_BY_A_SERVER = """
    import datetime
    from clientforms.browser import runtime
    from clientforms.browser.page.django_settings import configure

    configure()
    from demo.forms import ArticleFormSet

    first = {"title": "One", "slug": "one", "email": "a@example.org", "category": "news"}
    initial = [first | {"pub_date": datetime.date(2026, 1, 2)}]
    for element in runtime.document.querySelectorAll("[data-formset]"):
        prefix, layout = element.dataset.prefix, element.dataset.layout
        data = None
        if element.dataset.state == "bound":
            data = {f"{prefix}-TOTAL_FORMS": "3", f"{prefix}-INITIAL_FORMS": "1"}
            data |= {f"{prefix}-0-{name}": value for name, value in first.items()}
            data |= {f"{prefix}-0-pub_date": "never", f"{prefix}-0-ORDER": "1"}
        formset = ArticleFormSet(data, prefix=prefix, initial=initial)
        management = str(formset.management_form)
        rows = getattr(formset, f"as_{layout}")().removeprefix(management)
        element.innerHTML = management + @shells@[layout].format(rows)
"""


def test_djangos_own_markup_is_taken_over_in_every_layout(author):
    """What `{{ formset.as_… }}` gives, before and after a bad POST."""
    states = [(state, layout) for state in ("bound", "unbound") for layout in SHELLS]
    live = author(
        "".join(
            f'<form id="{state}-{layout}"><div data-formset="demo.forms.ArticleFormSet" '
            f'data-prefix="{state}-{layout}" data-layout="{layout}" data-state="{state}"></div></form>'
            for state, layout in states
        ),
        RENDERED_BY_A_SERVER.replace("@shells@", repr(SHELLS)),
    )
    for state, layout in states:
        prefix = f"{state}-{layout}"
        count = 3
        expect(live.rows(prefix)).to_have_count(count)
        for index in range(count):
            names = (
                live.rows(prefix)
                .nth(index)
                .locator("[name]")
                .evaluate_all("controls => controls.map(control => control.name)")
            )
            assert len(names) == 7
            assert all(name.startswith(f"{prefix}-{index}-") for name in names)
        expected = ["Enter a valid date."] if state == "bound" else []
        assert live.errors(f"{prefix}-0-pub_date").all_text_contents() == expected
        live.button(prefix, "remove", row=1).click()
        live.button(prefix, "add").click()
        expect(live.rows(prefix)).to_have_count(count)
        live.type(f"{prefix}-1-slug", "no good")
        live.expect_errors(f"{prefix}-1-slug", "Use letters, digits, hyphens and underscores.")
        live.type(f"{prefix}-0-pub_date", "2026-01-02")
        live.expect_errors(f"{prefix}-0-pub_date")
        live.button(prefix, "remove", row=0).click()
        expect(live.rows(prefix).nth(0)).to_have_attribute("data-formset-deleted", "")
        assert live.form_data(prefix) == live.formset(prefix, "postData()"), prefix


def test_errors_that_a_server_rendered_are_kept_alive(author):
    live = author(
        """<form id="f" data-form="case.Point"><div>
        <ul class="errorlist nonfield"><li>Out of stock &amp; sorry.</li></ul>
        <label for="id_x">X:</label><ul class="errorlist" id="id_x_error"><li>Taken.</li>
        <li>This field is required.</li></ul>
        <input type="number" name="x" id="id_x" aria-invalid="true"></div>
        <div><ul class="errorlist" id="id_y_error"><li>Seen before.</li></ul>
        <input type="number" name="y" id="id_y" value="3"></div></form>
        <form id="g"><div data-formset="case.PointFormSet" data-prefix="p">
        <input type="hidden" name="p-TOTAL_FORMS" value="1">
        <input type="hidden" name="p-INITIAL_FORMS" value="0">
        <ul class="errorlist nonform"><li>Too late.</li></ul>
        <div><ul class="errorlist" id="id_p-0-x_error"><li>Seen before.</li></ul>
        <input type="number" name="p-0-x" id="id_p-0-x" value="1"></div>
        <div><input type="number" name="p-0-y" id="id_p-0-y" value="2"></div></div></form>""",
        FORMS,
    )
    live.expect_errors("x", "This field is required.", "Taken.")
    live.expect_errors("y", "Seen before.")
    expect(live.page.locator("#f .errorlist.nonfield li")).to_have_text("Out of stock & sorry.")
    live.expect_errors("p-0-x", "Seen before.")
    expect(live.non_form_errors("p")).to_have_text("Too late.")
    live.type("x", "5")
    live.expect_errors("x")
    live.expect_errors("y", "Seen before.")
    expect(live.page.locator("#f .errorlist.nonfield")).to_have_count(0)
    live.type("y", "6")
    assert live.form("point", "isValid()") is True
    live.type("p-0-x", "4")
    live.expect_errors("p-0-x")
    expect(live.non_form_errors("p")).to_have_count(0)
    assert live.formset("p", "isValid()") is True


def test_initial_data_comes_from_the_page(author):
    live = author(
        """<form id="f"><div data-formset="case.PointFormSet" data-prefix="points"
        data-initial="points"></div></form>
        <script type="application/json" id="points">[{"x": "1"}, {"x": "2", "y": 3}]</script>""",
        FORMS,
    )
    expect(live.rows("points")).to_have_count(4)
    expect(live.control("points-1-y")).to_have_value("3")
    assert live.formset("points", "hasChanged()") is False


def test_the_validation_policy_is_the_containers(author):
    policies = {  # how many errors there are once it was typed, left and submitted
        "manual": (0, 0, 1),
        "blur": (0, 1, 1),
        "submit": (0, 0, 1),
        "input": (1, 1, 1),
    }
    live = author(
        "".join(
            f"""<form><div data-formset="case.SlugFormSet" data-prefix="{validation}"
            data-validation="{validation}" data-delay="0"></div><button>Go {validation}</button></form>"""
            for validation in policies
        ),
        "SlugFormSet = forms.formset_factory(type('Slug', (forms.Form,), {'s': forms.SlugField()}))",
    )
    for validation, (typed, left, submitted) in policies.items():
        control, errors = live.control(f"{validation}-0-s"), live.errors(f"{validation}-0-s")
        control.fill("no good")
        assert errors.count() == typed, validation
        control.blur()
        assert errors.count() == left, validation
        live.page.get_by_role("button", name=f"Go {validation}").click()
        expect(errors).to_have_count(submitted)


MISTAKES = [
    ('data-formset="demo.forms.ArticleFromSet"', "Did you mean ArticleFormSet?"),
    ('data-formset="demo.form.ArticleFormSet"', "there is no module demo.form"),
    ('data-formset="ArticleFormSet"', "give a dotted path"),
    ('data-formset="demo.forms.SignupForm"', "Use data-form for it."),
    ('data-form="demo.forms.ArticleFormSet"', "Use data-formset for it."),
    ('data-form="demo.forms.forms"', "is not a form class"),
    ('data-formset="demo.forms.PostFormSet" data-layout="grid"', "There is no layout 'grid'"),
    ('data-formset="demo.forms.PostFormSet" data-delay="soon"', "give a number of milliseconds"),
    ('data-formset="demo.forms.PostFormSet" data-initial="nowhere"', "no element with this id"),
    ('data-formset="demo.forms.PostFormSet" data-validation="auto blur"', "mixes auto or manual"),
    ('data-formset="case.Broken" data-prefix="b"', "ZeroDivisionError"),
]  # fmt: skip


def test_a_mistake_in_the_markup_is_told_in_its_place(author, complaints):
    complaints.expect("clientforms: ")
    live = author(
        "".join(
            f'<form><div id="wrong{number}" {container}></div></form>'
            for number, (container, _) in enumerate(MISTAKES)
        )
        + '<form id="right"><div data-formset="case.PointFormSet" data-prefix="points"></div></form>',
        FORMS
        + """
    class Exploding(forms.Form):
        def __init__(self, *args, **kwargs):
            1 / 0

    Broken = forms.formset_factory(Exploding)
    """,
    )
    for number, (_, message) in enumerate(MISTAKES):
        expect(live.page.locator(f"#wrong{number} .clientforms-error")).to_contain_text(message)
    live.type("points-0-x", "")
    live.button("points", "add").click()
    expect(live.rows("points")).to_have_count(3)


def test_a_name_used_twice_is_told(author, complaints):
    complaints.expect("clientforms: ")
    formset = '<div data-formset="case.PointFormSet" data-prefix="points"></div>'
    live = author(f"<form>{formset}</form><form id='second'>{formset}</form>", FORMS)
    expect(live.page.locator("#second .clientforms-error")).to_contain_text(
        "give this one another data-prefix"
    )


def test_an_exception_in_a_users_clean_is_told_and_nothing_is_lost(author, complaints):
    complaints.expect("ZeroDivisionError")
    live = author(
        '<form><div data-formset="case.FragileFormSet" data-prefix="fragile"></div></form>'
        '<form><div data-formset="case.PointFormSet" data-prefix="points"></div></form>',
        FORMS
        + """
    class Fragile(forms.Form):
        number = forms.IntegerField()

        def clean_number(self):
            return 10 // self.cleaned_data["number"]

    FragileFormSet = forms.formset_factory(Fragile, extra=2)
    """,
    )
    live.type("fragile-0-number", "0")
    message = live.page.locator(".clientforms-error")
    expect(message).to_contain_text("Fragile.clean_number")
    expect(message).to_contain_text("case.py, line")
    expect(live.control("fragile-0-number")).to_have_value("0")
    live.type("fragile-1-number", "5")
    live.type("points-0-y", "5")
    live.expect_errors("points-0-x")
    live.type("fragile-0-number", "2")
    expect(message).to_have_count(0)
    assert live.formset("fragile", "isValid()") is True


def test_hostile_values_stay_text(author):
    live = author(
        '<form id="f"><div data-formset="case.NoteFormSet" data-prefix="notes"></div></form>',
        """
    class Note(forms.Form):
        text = forms.CharField(max_length=3)
        def clean_text(self):
            raise forms.ValidationError("<img src=x onerror=alert(1)> " + self.cleaned_data["text"])

    NoteFormSet = forms.formset_factory(Note)
    """,
    )
    live.formset("notes", """setData([{text: '"><script>'}, {text: "<b>"}])""")
    live.expect_errors("notes-1-text", "<img src=x onerror=alert(1)> <b>")
    assert live.page.locator("form img, form script").count() == 0
    expect(live.control("notes-0-text")).to_have_value('"><script>')


def test_unbinding_leaves_nothing_behind(author):
    live = author(
        '<form id="f"><div id="points"></div></form><button id="unbind">Unbind</button>',
        FORMS
        + """
    from clientforms import ClientFormSet
    from clientforms.browser import bind, live_handles, runtime, configure
    configure()
    before = live_handles()
    binding = bind("#points", ClientFormSet(PointFormSet, prefix="points"))
    runtime.window.unbind = runtime.proxy(binding.unbind)
    runtime.window.handles = runtime.proxy(lambda: runtime.plain_to_js(live_handles()))
    runtime.window.handlesBefore = runtime.plain_to_js(before)
    """,
    )
    live.formset("points", "addAnother()")
    live.control("points-0-x").press_sequentially("12")  # a pause is running now
    handles = live.page.evaluate("window.handles()")
    assert set(handles) == {"timers", "listeners", "observers", "proxies"}
    live.page.evaluate("window.unbind()")
    show_results = {
        "proxies": 5,
        "listeners": 5,
    }  # main.py's own, which lives as long as the page
    assert live.page.evaluate("window.handles()") == show_results
    live.type("points-0-x", "5")
    assert live.page.locator(".errorlist").count() == 0
    assert live.form_data("f")["points-0-x"] == ["5"]
    assert "novalidate" not in live.page.locator("#f").evaluate("form => form.outerHTML")


def test_binding_a_container_twice_or_nowhere_is_refused(author):
    live = author(
        '<div id="points"></div>',
        FORMS
        + """
    from clientforms import ClientFormSet, TargetError
    from clientforms.browser import bind, runtime, configure
    configure()
    said = []
    bind("#points", ClientFormSet(PointFormSet, prefix="points"))
    for target, prefix in (("#points", "more"), ("#nowhere", "other")):
        try:
            bind(target, ClientFormSet(PointFormSet, prefix=prefix))
        except TargetError as error:
            said.append(str(error))
    runtime.window.said = runtime.plain_to_js(said)
    """,
    )
    first, second = live.page.evaluate("window.said")
    assert "bound already" in first
    assert "no element '#nowhere'" in second


def test_radio_buttons_keep_their_ticks_when_rows_change_places(author):
    live = author(
        '<form id="f"><div data-formset="case.ChoiceFormSet" data-prefix="choices"></div></form>',
        """
    class Choice(forms.Form):
        letter = forms.ChoiceField(choices=[(x, x) for x in "abc"], widget=forms.RadioSelect)

    ChoiceFormSet = forms.formset_factory(Choice, extra=3, can_order=True)
    """,
    )
    live.formset("choices", "setData([{letter: 'a'}, {letter: 'b'}, {letter: 'c'}])")
    live.formset("choices", "move(0, 2)")
    live.formset("choices", "insert(0)")
    live.formset("choices", "move(3, 1)")
    posted = live.form_data("f")
    ticked = [posted.get(f"choices-{index}-letter") for index in range(4)]
    assert ticked == [None, ["a"], ["b"], ["c"]]
    assert posted == live.formset("choices", "postData()")
