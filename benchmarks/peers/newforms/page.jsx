// newforms as its documentation shows it: a FormSet, rendered whole when something changes. Rows are
// "extra" forms, as only those can be removed.
import React from "react";
import ReactDOM from "react-dom";
import forms from "newforms";

const CHOICES = ["", "news", "opinion", "review", "howto", "fiction"].map((name) => [name, name]);

const ArticleForm = forms.Form.extend({
  title: forms.CharField({ maxLength: 60 }),
  slug: forms.RegexField(/^[-a-zA-Z0-9_]+$/),
  email: forms.EmailField(),
  pub_date: forms.DateField(),
  category: forms.ChoiceField({ choices: CHOICES }),
});

const ArticleFormSet = forms.FormSet.extend({
  form: ArticleForm,
  maxNum: 5000,
  serial: 0,
  initialFormCount: () => 0,
  // newforms numbers a new form by how many there are: after a removal that name may be taken.
  addPrefix(index) {
    return typeof index === "number" ? `articles-${this.serial++}` : `articles-${index}`;
  },
  clean() {
    const titles = new Set();
    for (const form of this.forms()) {
      const title = form.boundField("title").value();
      if (title && titles.has(title)) {
        throw forms.ValidationError("Articles in a set must have distinct titles.");
      }
      titles.add(title);
    }
  },
});

const Articles = React.createClass({
  componentWillMount() {
    this.formset = new ArticleFormSet({
      initial: this.props.rows,
      extra: this.props.rows.length,
      controlled: true, // or data that is set would not be seen
      validation: "change",
      onChange: this.changed,
    });
    this.formset.forms();
    this.formset.initial = null; // or a row that is added later would begin with another's
  },
  // A field's event cleans its form alone; what concerns all of them is asked for here.
  changed() {
    const { formset } = this;
    if (this.settingAll) return; // each form tells of itself: rendering once is enough
    formset._nonFormErrors = new forms.ErrorList();
    try {
      formset.clean();
    } catch (error) {
      formset.addError(error);
    }
    this.forceUpdate();
  },
  setAll(rows) {
    const data = {};
    this.formset.forms().forEach((form, i) => {
      for (const name of Object.keys(rows[i])) data[form.addPrefix(name)] = rows[i][name];
    });
    this.settingAll = true;
    this.formset.setData(data);
    this.settingAll = false;
    this.forceUpdate();
  },
  render() {
    const { formset } = this;
    const nonForm = formset.nonFormErrors().messages();
    return (
      <form>
        {nonForm.length > 0 && <ul className="errorlist nonform"><li>{nonForm[0]}</li></ul>}
        {formset.forms().map((form, i) => (
          <div className="row" key={form.prefix}>
            <forms.RenderForm form={form} />
            <button type="button" className="remove" onClick={() => formset.removeForm(i)}>Remove</button>
          </div>
        ))}
        <button type="button" id="add" onClick={() => formset.addAnother()}>Add another</button>
      </form>
    );
  },
});

const root = document.getElementById("root");
let articles;
const bench = {
  mount(count) {
    ReactDOM.unmountComponentAtNode(root);
    articles = ReactDOM.render(<Articles rows={window.harness.rows(count)} />, root);
  },
  setAll: (rows) => articles.setAll(rows),
};
bench.ops = window.harness.domOps((rows) => bench.setAll(rows));
bench.mount(0);
window.bench = bench;
