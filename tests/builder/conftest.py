"""Fixtures for commands that run in the test's own process: quicker than one of their own."""

import os

import pytest

from clientforms.builder import cli


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command in a folder of the test's; return status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)

    def run(*arguments, **environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        for folder in environment.get("PYTHONPATH", "").split(os.pathsep)[:1]:
            monkeypatch.syspath_prepend(folder)
        status = cli.main([*arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run
