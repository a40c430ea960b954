"""Which process runs which tests, and when: what takes long begins first, what shares something stays together."""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling

__all__ = ["LONG", "TOGETHER", "Groups", "group_of", "rank"]

#: Modules whose tests share something that takes seconds to make, such as a site or a page, and the
#: name of what they share. One process runs them all, so that it is made once.
TOGETHER = {
    "tests/browser/test_servers.py": "a site behind servers",
    "tests/browser/test_engines.py": "a site for other browsers",
    "tests/house/test_docs.py": "the documentation",
    "tests/house/test_gallery.py": "the documentation",
    "tests/browser/test_offline.py": "versions of a site",
    "tests/browser/test_missing_files.py": "a site without files",
    "tests/django_suites/test_suites.py": "Django's suites",
    "tests/browser/test_boot_times.py": "a site to measure",
    "tests/browser/test_built_site.py": "a site behind Python's server",
    "tests/browser/test_models_snapshot.py": "a site of models",
    "tests/browser/test_from_a_disk.py": "a site on a disk",
    "tests/server/test_sending.py": "a project of stables",
    "tests/server/test_faults.py": "a project whose servers die",
    "tests/server/test_outbox.py": "a project with an outbox",
    "tests/server/test_views.py": "views of stables",
    "tests/server/test_example.py": "the example",
    "tests/server/test_parity_of_verdicts.py": "the example, on its own",
    "tests/server/test_pushes.py": "a fair",
    "tests/server/test_pushes_of_one_process.py": "a fair without Redis",
    "tests/server/test_answers.py": "questions",
    "tests/server/test_consumers.py": "sockets",
    "tests/server/test_files_and_answers.py": "a shelf with files",
    "tests/server/test_fragments.py": "fragments",
    "tests/server/test_nested_answers.py": "a shelf",
    "tests/server/test_remote_forms.py": "remote forms",
    "tests/server/test_server_answers.py": "a stock",
    "tests/server/test_startproject.py": "a new project",
    "tests/site/test_accounts.py": "a whole project",
    "tests/site/test_csrf.py": "a whole project",
    "tests/site/test_dates.py": "a whole project",
    "tests/site/test_editing.py": "a whole project",
    "tests/site/test_files.py": "a whole project",
    "tests/site/test_formsets.py": "a whole project",
    "tests/site/test_lists_and_details.py": "a whole project",
    "tests/site/test_messages.py": "a whole project",
    "tests/site/test_migrations.py": "a whole project",
    "tests/site/test_other_engines.py": "a whole project",
    "tests/site/test_queries.py": "a whole project",
    "tests/site/test_redirects.py": "a whole project",
    "tests/site/test_requests.py": "a whole project",
    "tests/site/test_scripts.py": "a whole project",
    "tests/site/test_sessions.py": "a whole project",
    "tests/site/test_transactions.py": "a whole project",
    "tests/site/test_notes_example.py": "notes",
    "tests/site/test_notes_pages.py": "pages of notes",
    "tests/site/test_site_in_page.py": "quirks",
    "tests/site/storage/test_stored_builds.py": "versions of a ledger",
    "tests/site/storage/test_stored_kills.py": "a ledger that is killed",
    "tests/site/storage/test_stored_engines.py": "a ledger for other browsers",
    "tests/site/storage/test_stored_site.py": "a ledger",
    "tests/builder/test_wheel.py": "an environment",
    "tests/builder/test_project_settings.py": "a project",
    "tests/builder/test_real_forms.py": "a site of several projects",
}

#: Tests that take longer than others do. If one of them began last, the other processes would wait.
LONG = (
    "tests/engine/test_laws.py::test_same_verdict_as_django_after_any_sequence_of_operations",
    "tests/browser/test_layouts.py::test_every_layout_in_every_state",
    "tests/house/test_setup.py::TestRuntime::test_an_interrupted_assembly_is_repaired_also_for_another_django",
    "tests/browser/test_built_pages.py::test_ten_modules_make_pages_that_are_live_with_a_server_without_and_from_a_disk",
    "tests/browser/test_laws.py::test_the_page_says_what_django_says_of_what_it_would_post",
    "tests/browser/test_field_names.py::test_every_name_works",
    "tests/browser/test_boot_failures.py::test_where_it_goes_on_after_all_nothing_is_lost",
    "tests/browser/test_every_field.py::",
    "tests/browser/test_prerender.py::",
    "tests/browser/test_kills.py::",
    "tests/wild/test_wild.py::",
)


def group_of(nodeid: str) -> str:
    """Return the name of the group whose tests one process runs: that of the test itself if it has none."""
    return TOGETHER.get(nodeid.partition("::")[0], nodeid)


def rank(nodeid: str) -> int:
    """Return when a test begins: lower numbers come first."""
    groups = list(dict.fromkeys(TOGETHER.values()))
    if (group := group_of(nodeid)) in groups:
        return groups.index(group)
    long = (place for place, name in enumerate(LONG) if nodeid.startswith(name))
    return len(groups) + next(long, len(LONG))


class Groups(LoadScopeScheduling):
    """Gives processes a group after another, in the order of the collection.

    pytest-xdist has `--dist loadgroup` for that, but writes the names of groups into an attribute
    that pytest 9.2 no longer reads: tests with its mark run anywhere.
    """

    def __init__(self, config: Any, log: Any = None) -> None:
        config.option.loadscopereorder = False  # by the number of tests, which says little here
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
