"""Short ways to say what a test types."""

from clientforms import ClientFormSet

ARTICLE = {
    "title": "Ulysses",
    "slug": "ulysses",
    "email": "james@example.org",
    "pub_date": "1922-02-02",
    "category": "fiction",
}


def article(**changes: str) -> dict[str, str]:
    """A valid article, with changes."""
    return ARTICLE | changes


def type_into(live: ClientFormSet, index: int, **values: str | None) -> None:
    """Type into row `index` as the page would report it, and leave each field."""
    key, prefix = live.keys[index], live.prefix_of(index)
    for name, value in values.items():
        live.input(key, {f"{prefix}-{name}": None if value is None else [value]})
        live.validate_field(key, name)


def changes_of(live, kind):
    """Collect the changes of one kind that `live` publishes from now on."""
    seen = []
    live.subscribe(lambda changes: seen.extend(each for each in changes if isinstance(each, kind)))
    return seen
