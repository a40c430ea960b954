"""A core of the cases in Firefox ESR and WebKitGTK: over http, and in the one file, from a disk.

Each case runs in one of these four, and in all with `make sites`: see `shares`.
"""

from pathlib import Path

import pytest

from clientforms.builder.site.delivery import ALONE
from tests.site import (
    test_accounts,
    test_editing,
    test_formsets,
    test_lists_and_details,
    test_messages,
    test_migrations,
    test_queries,
    test_redirects,
    test_requests,
    test_sessions,
    test_transactions,
)
from tests.site.engine_visitor import EngineVisitor, running
from tests.support.servers import ENGINES

CORE = [
    test_accounts.test_logging_in_and_out,
    test_accounts.test_a_permission_is_required,
    test_editing.test_a_valid_form_creates_and_leads_to_the_absolute_url,
    test_editing.test_an_invalid_form_keeps_what_was_typed,
    test_editing.test_deleting_asks_first,
    test_editing.test_form_invalid_is_overridden,
    test_formsets.test_a_model_formset_changes_adds_and_deletes,
    test_lists_and_details.test_a_search_form_writes_the_address,
    test_lists_and_details.test_a_detail_with_a_form,
    test_lists_and_details.test_static_files_style_the_page,
    test_lists_and_details.test_back_and_forward,
    test_messages.test_every_level,
    test_migrations.test_an_app_migrates_to_nothing_and_forward_again,
    test_queries.test_window_functions,
    test_redirects.test_a_chain,
    test_redirects.test_a_place_within_the_page,
    test_requests.test_cookies,
    test_sessions.test_a_session_lasts_over_a_reload,
    test_sessions.test_a_session_keeps_the_answers_of_several_steps,
    test_transactions.test_an_inner_block_is_undone_alone,
]


# WebKit refuses more than a hundred calls in ten seconds.
WEARY = """() => {
    try {
        for (let time = 0; time < 200; time += 1) history.replaceState(history.state, "");
    } catch (error) {
        if (error.name === "SecurityError") return;
        throw error;
    }
    throw new Error("It does not refuse.");
}"""


@pytest.fixture(scope="module", params=ENGINES)
def engine(request):
    program = ENGINES[request.param]()
    if not program:
        pytest.skip(f"{request.param} is not installed: python -m tests.support.servers")
    with running(request.param, program) as engine:
        yield engine


@pytest.fixture(scope="module", params=["http", "disk"])
def page_of_engine(request, engine, built_site: Path, site_address: str):
    from_a_disk = (built_site / ALONE).as_uri()
    return EngineVisitor(engine, site_address if request.param == "http" else from_a_disk)


@pytest.mark.parametrize("case", CORE, ids=lambda case: case.__name__.removeprefix("test_"))
def test_in(page_of_engine, case):
    page_of_engine.start_afresh()
    case(page_of_engine)


@pytest.mark.parametrize("engine", ["webkit"], indirect=True, scope="module")
def test_a_browser_that_refuses_to_change_the_history(page_of_engine):
    page_of_engine.start_afresh()
    page_of_engine.evaluate(WEARY)
    page_of_engine.visit("/books/")
    assert page_of_engine.path == "/books/"
    page_of_engine.follow("Emma")
    page_of_engine.back()
    assert (page_of_engine.path, page_of_engine.line("h1")) == ("/books/", "Books")
