// react-hook-form with zod as its documentation shows them for many rows: a field array, uncontrolled
// inputs, memoised rows that listen to their own part of the form's state.
import { zodResolver } from "@hookform/resolvers/zod";
import React, { memo, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { useFieldArray, useForm, useFormState } from "react-hook-form";
import { z } from "zod";

const CATEGORIES = ["news", "opinion", "review", "howto", "fiction"];
const BLANK = { title: "", slug: "", email: "", pub_date: "", category: "" };
const FIELDS = Object.keys(BLANK).filter((name) => name !== "category");

// A field's own event brings no news of the array as a whole, unless it is said to depend on it.
const RULES = { title: { deps: ["articles"] } };

const article = z.object({
  title: z.string().min(1, "This field is required.").max(60, "At most 60 characters."),
  slug: z.string().regex(/^[-a-zA-Z0-9_]+$/, "Use letters, digits, hyphens and underscores."),
  email: z.email("Enter a valid email address."),
  pub_date: z.iso.date("Enter a valid date."),
  category: z.enum(CATEGORIES, "Select a valid choice."),
});

// As in Django's rule, rows without a title are no duplicates.
function areDistinct(rows) {
  const titles = rows.map((row) => row.title).filter(Boolean);
  return new Set(titles).size === titles.length;
}

const schema = z.object({
  articles: z.array(article).refine(
    areDistinct,
    { message: "Articles in a set must have distinct titles.", when: () => true },
  ),
});

const Errors = ({ error }) => error && <ul className="errorlist"><li>{error.message}</li></ul>;

const Row = memo(function Row({ index, control, register, remove }) {
  const { errors } = useFormState({ control, name: `articles.${index}` });
  const own = errors.articles?.[index];
  return (
    <div className="row">
      {FIELDS.map((name) => (
        <div key={name}>
          <label>{name} <input {...register(`articles.${index}.${name}`, RULES[name])} /></label>
          <Errors error={own?.[name]} />
        </div>
      ))}
      <div>
        <label>
          category
          <select {...register(`articles.${index}.category`)}>
            <option value="">Choose…</option>
            {CATEGORIES.map((each) => <option key={each}>{each}</option>)}
          </select>
        </label>
        <Errors error={own?.category} />
      </div>
      <button type="button" className="remove" onClick={() => remove(index)}>Remove</button>
    </div>
  );
});

function NonFormErrors({ control }) {
  const { errors } = useFormState({ control, name: "articles" });
  const error = errors.articles?.root;
  return error && <ul className="errorlist nonform"><li>{error.message}</li></ul>;
}

let setAll;

function Articles({ rows, as: Wrapper }) {
  const { control, register, reset, trigger } = useForm({
    mode: "onChange",
    resolver: zodResolver(schema),
    defaultValues: { articles: rows },
  });
  const { fields, append, remove } = useFieldArray({ control, name: "articles" });
  useEffect(() => {
    setAll = (all) => {
      reset({ articles: all });
      return trigger();
    };
  }, [reset, trigger]);
  return (
    <Wrapper>
      <NonFormErrors control={control} />
      {fields.map((field, index) => (
        <Row key={field.id} index={index} control={control} register={register} remove={remove} />
      ))}
      <button type="button" id="add" onClick={() => append(BLANK)}>Add another</button>
    </Wrapper>
  );
}

const wrapper = new URLSearchParams(location.search).get("in") ?? "form";
const root = createRoot(document.getElementById("root"));
let mounted = 0;
const bench = {
  mount(count) {
    root.render(<Articles key={++mounted} rows={window.harness.rows(count)} as={wrapper} />);
  },
  setAll: (rows) => setAll(rows),
};
bench.ops = window.harness.domOps((rows) => bench.setAll(rows));
bench.mount(0);
window.bench = bench;
