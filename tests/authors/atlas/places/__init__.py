"""Cities, read once when this is imported."""

import json
from pathlib import Path

_COUNTRIES = json.loads(Path(__file__).with_name("cities.json").read_text("utf-8"))
CITIES = sorted(_COUNTRIES)


def country_of(city):
    return _COUNTRIES[city]
