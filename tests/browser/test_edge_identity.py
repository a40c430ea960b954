"""Edge cases that concern names, ids and state, in the page: whose they are, and what looks so."""

from playwright.sync_api import expect

from tests.browser.oracle import assert_agrees, classes

NAMES = """
    class Art(forms.Form):
        name = forms.CharField(required=False)
        size = forms.ChoiceField(choices=[("s", "S"), ("l", "L")], widget=forms.RadioSelect,
                                 required=False)
        text = forms.CharField(required=False, widget=forms.Textarea)

    class Part(forms.Form):
        name = forms.CharField(required=False)

    class Uniform(forms.BaseFormSet):
        def clean(self):
            names = [form.cleaned_data.get("name") for form in self.forms]
            if len(set(filter(None, names))) > 1:
                raise forms.ValidationError("All alike, please.")

    ArtFormSet = forms.formset_factory(Art, extra=12)
    PartFormSet = forms.formset_factory(Part, extra=3)
    SortedFormSet = forms.formset_factory(Part, extra=0, can_order=True, can_delete=True)
    ManyFormSet = forms.formset_factory(Part, formset=Uniform, extra=0)

    from clientforms import ClientFormSet
    from clientforms.browser import bind, configure, runtime
    configure()
    early = ClientFormSet(PartFormSet, prefix="early", initial=[{"name": "kept"}])
    early.validate()
    bind("#early-container", early)
    rows = ClientFormSet(SortedFormSet, prefix="sorted", initial=[{"name": "a"}, {"name": "b"}])
    bind("#sorted-container", rows)

    def says():
        return runtime.plain_to_js({
            "deleted": [form.prefix for form in rows.deleted_forms],
            "ordered": [form.prefix for form in rows.ordered_forms],
        })

    runtime.window.says = runtime.proxy(says)
"""
DJANGO = classes(NAMES.partition("from clientforms import")[0])


def art_row(index: int) -> str:
    """A row as its author might write it, with ids of their own and rows inside the row."""
    art = f"art-{index}"
    return f"""<fieldset data-formset-row id="{art}-row" aria-labelledby="{art}-title art-10-title">
      <h3 id="{art}-title">Art</h3>
      <label for="id_{art}-name">Name</label>
      <input name="{art}-name" id="id_{art}-name" list="{art}-known"
             aria-describedby="{art}-hint other-{art}x">
      <datalist id="{art}-known"><option value="{art}"></datalist><p id="{art}-hint">Hint</p>
      <div id="id_{art}-size">
        <label for="id_{art}-size_0"><input type="radio" name="{art}-size" value="s"
          id="id_{art}-size_0">S</label>
        <label for="id_{art}-size_1"><input type="radio" name="{art}-size" value="l"
          id="id_{art}-size_1">L</label></div>
      <textarea name="{art}-text" id="id_{art}-text"></textarea>
      <input type="hidden" name="{art}-tools-TOTAL_FORMS" value="0">
      <template><input name="{art}-tools-__prefix__-name" id="id_{art}-tools-__prefix__-name">
      </template></fieldset>"""


PAGE = (
    '<form id="art"><div data-formset="case.ArtFormSet" data-prefix="art">'
    '<input type="hidden" name="art-TOTAL_FORMS" value="12">'
    '<input type="hidden" name="art-INITIAL_FORMS" value="0">'
    + "".join(map(art_row, range(12)))
    + '</div><div data-formset="case.PartFormSet" data-prefix="part"></div></form>'
    '<form id="early"><div id="early-container" data-prefix="early"></div></form>'
    '<form id="sorted"><div id="sorted-container" data-prefix="sorted"></div></form>'
    '<form id="many"><div data-formset="case.ManyFormSet" data-prefix="many"></div></form>'
)

ATTRIBUTES = """() => {
    const said = [];
    const look = root => root.querySelectorAll("*").forEach(element => {
        for (const attribute of element.attributes)
            if (attribute.name !== "value") said.push(`${attribute.name}=${attribute.value}`);
        if (element.content) look(element.content);
    });
    const row = document.querySelectorAll('[data-prefix="art"] [data-formset-row]')[1];
    look({querySelectorAll: () => [row, ...row.querySelectorAll("*")]});
    return said.filter(each => each.includes("art-"));
}"""


def test_names_ids_and_what_looks_like_them(author):
    """Django 15, newforms 7, newforms 8, wish 3"""
    live = author(PAGE, NAMES)
    a_row_is_renumbered(live)
    a_formset_that_was_validated_before_it_was_rendered(live)
    what_is_deleted_and_ordered_is_always_new(live)
    hundreds_of_rows(live)


def a_row_is_renumbered(live):
    for index in range(12):
        live.type(f"art-{index}-name", f"art-{index}", leave=False)
        live.page.locator(f"#id_art-{index}-size_{index % 2}").check()
    live.type("art-2-text", "__prefix__ art-2-text")
    live.type("part-1-name", "art-1")
    live.button("art", "remove", row=1).click()
    said = live.page.evaluate(ATTRIBUTES)
    # Every name and id of what was row 2 is row 1's; what only looks so stays.
    assert sorted(set(said)) == sorted(
        {
            "id=art-1-row", "id=art-1-title", "id=art-1-known", "id=art-1-hint",
            "aria-labelledby=art-1-title art-10-title", "list=art-1-known",
            "aria-describedby=art-1-hint other-art-2x",
            "for=id_art-1-name", "name=art-1-name", "id=id_art-1-name",
            "id=id_art-1-size", "name=art-1-size", "for=id_art-1-size_0", "id=id_art-1-size_0",
            "for=id_art-1-size_1", "id=id_art-1-size_1", "name=art-1-text", "id=id_art-1-text",
            "name=art-1-tools-TOTAL_FORMS", "name=art-1-tools-__prefix__-name",
            "id=id_art-1-tools-__prefix__-name",
        }
    )  # fmt: skip
    posted = live.form_data("art")
    assert [posted[f"art-{index}-name"] for index in range(11)] == [
        [f"art-{index}"] for index in (0, *range(2, 12))
    ]
    assert [posted[f"art-{index}-size"][0] for index in range(11)] == list("sslslslslsl")
    assert posted["art-1-text"] == ["__prefix__ art-2-text"]
    assert posted["part-1-name"] == ["art-1"]
    assert posted["art-10-tools-TOTAL_FORMS"] == ["0"]
    assert not any(name.startswith("art-11") for name in posted)
    engine = live.formset("art", "postData()") | live.formset("part", "postData()")
    assert posted == engine


def a_formset_that_was_validated_before_it_was_rendered(live):
    expect(live.control("early-0-name")).to_have_value("kept")
    assert_agrees(live, "early", DJANGO["PartFormSet"], initial=[{"name": "kept"}])


def what_is_deleted_and_ordered_is_always_new(live):
    both = ["sorted-0", "sorted-1"]
    assert live.page.evaluate("window.says()") == {"deleted": [], "ordered": both}
    live.button("sorted", "remove", row=0).click()
    expected = {"deleted": ["sorted-0"], "ordered": ["sorted-1"]}
    assert live.page.evaluate("window.says()") == expected
    live.button("sorted", "restore", row=0).click()
    live.button("sorted", "move-down", row=0).click()
    assert live.page.evaluate("window.says()") == {"deleted": [], "ordered": both[::-1]}


def hundreds_of_rows(live):
    """A keystroke among two hundred rows touches its own row and the formset's errors alone."""
    rows = "Array.from({length: 200}, () => ({name: 'same'}))"
    assert live.formset("many", f"setData({rows})") is True
    expect(live.rows("many")).to_have_count(200)
    live.page.evaluate(
        """() => {
            window.touched = new Set();
            new MutationObserver(records => {
                for (const {target} of records) {
                    const row = target.closest?.("[data-formset-row]");
                    window.touched.add(row ? row.querySelector("[name]").name : "around");
                }
            }).observe(document.getElementById("many"),
                       {subtree: true, childList: true, attributes: true});
        }"""
    )
    live.type("many-150-name", "x")
    expect(live.page.locator("#many .errorlist.nonform li")).to_have_text(["All alike, please."])
    touched = set(live.page.evaluate("[...window.touched]"))
    assert touched <= {"many-150-name", "around"}
