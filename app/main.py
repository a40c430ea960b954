"""The page's entry: makes the forms live and shows what a valid form hands over."""

import json

from clientforms.browser import start
from clientforms.browser.outcome.cleaned_data_panel import show_results

start()
show_results(lambda cleaned: json.dumps(cleaned, indent=2, ensure_ascii=False))
