"""Shows the sum under the lines. It has to wait while one of them is wrong."""

from forms import total
from pyscript import document, when, window

from clientforms.browser import start


@when("formset:change", "#invoice")
def show(event):
    sections = window.clientforms.formset("sections").cleanedData()
    amounts = total(sections.to_py()) if sections else (None, None, None)
    for name, amount in zip(("net", "vat", "total"), amounts, strict=True):
        text = "–" if amount is None else f"{amount:,.2f}"
        document.getElementById(name).textContent = text


await start()
show(None)
