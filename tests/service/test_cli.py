"""The command line: what people type, what they read, and the exit status (0 done, 1 it failed, 2 wrong use)."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from fieldledger import __version__
from fieldledger.service import cli_show
from tests.service.conftest import Command, Site

# ---- companies ---------------------------------------------------------------------------------------------------


def test_a_company_is_added_and_its_secrets_are_shown_once(company: dict[str, str], data: Path) -> None:
    assert company.keys() == {"id", "user", "password", "token"}
    assert (company["id"], company["user"]) == ("c1", "fieldledger-c1")
    kept = (data / "journal.db").read_bytes()
    assert company["password"].encode() not in kept
    assert company["token"].encode() not in kept


def test_adding_in_words_says_what_to_do_next(fieldledger: Command, data: Path) -> None:
    said = fieldledger("company", "add", "Bluebird", "--customers", "books_to_field", "--data", data)
    assert said.status == 0
    assert "Web Connector password" in said.out
    assert "fieldledger company qwc c1" in said.out


def test_every_setting_can_be_chosen_when_adding(fieldledger: Command, data: Path) -> None:
    fieldledger(
        "company", "add", "B", "--customers", "books_to_field", "--primary", "field", "--items", "books_to_field",
        "--set", "schedule=30", "--set", "job_name = full_name", "--data", data,
    )  # fmt: skip
    settings = fieldledger("status", "--data", data, "--json").json()[0]["settings"]
    chosen = {key: settings[key] for key in ("primary", "items.direction", "schedule", "job_name")}
    assert chosen == {
        "primary": "field", "items.direction": "books_to_field", "schedule": "30", "job_name": "full_name",
    }  # fmt: skip


@pytest.mark.parametrize("direction", ["two_way", "field_to_books", "books_to_field"])
def test_every_direction_can_be_chosen_and_changed(fieldledger: Command, data: Path, direction: str) -> None:
    """spec 1, 1.1."""
    added = fieldledger(
        "company", "add", "B", "--customers", direction, "--primary", "field", "--data", data, "--json"
    )
    assert added.status == 0
    for pair in ("jobs=as_locations", "job_name=job_name", "customers.direction=two_way", "primary=books"):
        said = fieldledger("company", "set", added.json()["id"], pair, "--data", data)
        assert (said.status, said.out) == (0, pair.replace("=", " = ") + "\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("B", "--customers", "sideways"), "sideways"),
        (("B",), "--customers"),
        ((), "NAME"),
        ((" ", "--customers", "books_to_field"), "1 to 100 printable characters"),
        (("x" * 101, "--customers", "books_to_field"), "1 to 100 printable characters"),
        (("B\x07", "--customers", "books_to_field"), "1 to 100 printable characters"),
        (("B", "--customers", "books_to_field", "--set", "schedule"), "not KEY=VALUE"),
        (("B", "--customers", "books_to_field", "--set", "=5"), "not KEY=VALUE"),
        (("B", "--customers", "books_to_field", "--set", "colour=red"), "there is no such setting"),
        (("B", "--customers", "books_to_field", "--set", "schedule=often"), "whole number of minutes"),
        (("B", "--customers", "books_to_field", "--items", "two_way"), "two_way"),
    ],
)
def test_wrong_use_is_2_and_nothing_is_added(
    fieldledger: Command, data: Path, arguments: tuple[str, ...], told: str
) -> None:
    said = fieldledger("company", "add", *arguments, "--data", data)
    assert (said.status, said.out) == (2, "")
    assert told in said.err
    assert fieldledger("status", "--data", data).status in (0, 1)


def test_settings_are_changed_all_or_none(fieldledger: Command, data: Path, company: dict[str, str]) -> None:
    said = fieldledger("company", "set", "c1", "schedule=20", "paused=on", "--data", data)
    assert (said.status, said.out) == (0, "schedule = 20\npaused = on\n")
    said = fieldledger("company", "set", "c1", "schedule=25", "paused=perhaps", "--data", data)
    assert said.status == 2
    assert "paused must be one of on, off" in said.err
    settings = fieldledger("status", "--data", data, "--json").json()[0]["settings"]
    assert (settings["schedule"], settings["paused"]) == ("20", "on")
    assert fieldledger("company", "set", "c1", "jobs=as_trees", "--data", data).status == 2


def test_new_secrets_replace_the_old_ones(fieldledger: Command, data: Path, company: dict[str, str]) -> None:
    password = fieldledger("company", "password", "c1", "--data", data, "--json").json()
    token = fieldledger("company", "token", "c1", "--data", data, "--json").json()
    assert password.keys() == {"id", "user", "password"}
    assert token.keys() == {"id", "token"}
    assert password["password"] != company["password"]
    assert token["token"] != company["token"]
    assert "fl_" in fieldledger("company", "token", "c1", "--data", data).out
    assert "fieldledger-c1" in fieldledger("company", "password", "c1", "--data", data).out


def test_the_qwc_file_is_the_same_every_time(
    fieldledger: Command, data: Path, company: dict[str, str], tmp_path: Path
) -> None:
    first = fieldledger("company", "qwc", "c1", "--data", data)
    again = fieldledger("company", "qwc", "c1", "--data", data)
    assert first.out == again.out
    root = etree.fromstring(first.out.encode())
    assert root.findtext("UserName") == "fieldledger-c1"
    assert root.findtext("AppURL") == "http://localhost:8470/qbwc"
    file = tmp_path / "c1.qwc"
    assert "Written to" in fieldledger("company", "qwc", "c1", "--out", file, "--data", data).out
    assert file.read_text(encoding="utf-8") == first.out


def test_the_qwc_file_is_ascii_whatever_the_company_is_called(fieldledger: Command, data: Path) -> None:
    """Shells that write in another encoding cannot break it."""
    fieldledger("company", "add", "Café Müller & Söhne", "--customers", "books_to_field", "--data", data)
    text = fieldledger("company", "qwc", "c1", "--data", data).out
    assert text.isascii()
    assert etree.fromstring(text.encode()).findtext("AppName") == "Fieldledger Café Müller & Söhne"


def test_an_address_that_the_web_connector_would_refuse(
    fieldledger: Command, data: Path, company: dict[str, str]
) -> None:
    said = fieldledger("company", "qwc", "c1", "--url", "http://sync.example.com", "--data", data)
    assert (said.status, said.out) == (1, "")
    assert "https" in said.err


# ---- a company in step ---------------------------------------------------------------------------------------------


def test_status_in_words_and_as_json(fieldledger: Command, site: Site) -> None:
    said = fieldledger("status", "--data", site.folder.path)
    assert "Other" in said.out
    assert "never" in said.out
    shown = fieldledger("status", "--data", site.folder.path, "--json").json()
    assert [(each["id"], each["linked"]) for each in shown] == [("c1", 38), ("c2", 0)]


def test_the_plan_tells_customers_and_jobs_apart(fieldledger: Command, site: Site) -> None:
    """Jobs are called like their customer in the field system, so the plan shows QuickBooks' full names."""
    said = fieldledger("plan", "c1", "--plan", "1", "--data", site.folder.path)
    assert "Baker Residence:Boiler replacement" in said.out
    assert "46 create, 2 link, 2 skip" in said.out
    shown = fieldledger("plan", "c1", "--plan", "1", "--data", site.folder.path, "--json").json()
    assert len({action["books_name"] for action in shown["actions"]}) == 50


def test_log_and_history(fieldledger: Command, site: Site) -> None:
    data = site.folder.path
    assert "In step: 46 created." in fieldledger("log", "c1", "--data", data).out
    run = fieldledger("log", "c1", "2", "--data", data, "--json").json()
    created = [event for event in run["events"] if event["what"] == "created" and event["kind"] == "customer"]
    assert len(created) == 38
    one = created[0]
    history = fieldledger("history", "c1", "customer", one["books"], "--data", data, "--json").json()
    assert history["field"] == one["field"]
    assert "New in QuickBooks." in fieldledger("history", "c1", "customer", one["field"], "--data", data).out
    assert "created" in fieldledger("log", "c1", "2", "--data", data).out
    assert len(fieldledger("log", "c1", "--limit", "1", "--data", data, "--json").json()) == 1


def test_reports(fieldledger: Command, site: Site, tmp_path: Path) -> None:
    data = site.folder.path
    assert fieldledger("report", "c1", "2", "--data", data).out.startswith("\ufeffWhen (UTC),What")
    assert fieldledger("report", "c1", "2", "--format", "json", "--data", data).json()["run"] == 2
    assert fieldledger("report", "c1", "2", "--format", "pdf", "--data", data).status == 2
    out = tmp_path / "run.xlsx"
    assert fieldledger("report", "c1", "2", "--format", "xlsx", "--out", out, "--data", data).status == 0
    assert out.read_bytes()[:2] == b"PK"
    said = fieldledger("report", "c1", "2", "--out", tmp_path / "no" / "where.csv", "--data", data)
    assert said.status == 1
    assert "cannot be written" in said.err


def test_no_excel_file_on_a_screen(fieldledger: Command, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(cli_show.sys, "stdout", Screen())
    said = fieldledger("report", "c1", "2", "--format", "xlsx", "--data", site.folder.path)
    assert said.status == 2
    assert "--out" in said.err


def test_attention_and_doctor(fieldledger: Command, site: Site) -> None:
    data = site.folder.path
    assert fieldledger("attention", "c1", "--data", data).out == "Nothing needs attention.\n"
    said = fieldledger("doctor", "c1", "--data", data)
    assert said.status == 0
    assert "The journal is sound." in said.out
    checks = {check["check"]: check for check in fieldledger("doctor", "c1", "--data", data, "--json").json()}
    assert checks["server"]["result"] in ("pass", "warn")
    assert checks["QuickBooks"]["result"] == "pass"


def test_doctor_fails_when_something_is_in_the_way(
    fieldledger: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = cli_show.examination.Check(
        check="journal", result="stop", told="It is damaged.", todo="Restore it."
    )
    monkeypatch.setattr(cli_show.examination, "examine", lambda *_: [bad])
    said = fieldledger("doctor", "c1", "--data", site.folder.path)
    assert said.status == 1
    assert "It is damaged." in said.out


def test_sync_and_approve_say_what_happens_next(
    fieldledger: Command, data: Path, company: dict[str, str]
) -> None:
    assert "Everything is read again" in fieldledger("sync", "c1", "--full", "--data", data).out
    assert "told" in fieldledger("sync", "c1", "--data", data, "--json").json()
    said = fieldledger("approve", "c1", "--data", data)
    assert (said.status, said.err) == (1, "No plan waits for approval.\n")


def test_a_login_link_names_the_servers_address(
    fieldledger: Command, data: Path, company: dict[str, str]
) -> None:
    link = fieldledger("login", "--data", data).out.strip()
    assert link.startswith("http://localhost:8470/login/")
    assert link.rpartition("/")[2].encode() not in (data / "journal.db").read_bytes()


def test_nothing_yet_is_said_in_words(fieldledger: Command, data: Path, company: dict[str, str]) -> None:
    assert "no plan yet" in fieldledger("plan", "c1", "--data", data).out
    assert "No run yet" in fieldledger("log", "c1", "--data", data).out
    assert fieldledger("plan", "c1", "--data", data, "--json").json()["plan"] is None
    assert fieldledger("log", "c1", "--data", data, "--json").json() == []


# ---- where --data stands -------------------------------------------------------------------------------------------


def test_data_stands_before_or_after_the_command(
    fieldledger: Command, data: Path, company: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for arguments in (
        ("status", "--json", "--data", data),
        ("--data", data, "status", "--json"),
        ("--data", tmp_path / "elsewhere", "status", "--json", "--data", data),
    ):
        assert fieldledger(*arguments).json()[0]["id"] == "c1"
    for arguments in (
        ("company", "--data", data, "qwc", "c1"),
        ("--data", data, "company", "qwc", "c1"),
        ("company", "qwc", "c1", "--data", data),
    ):
        assert "<QBWCXML>" in fieldledger(*arguments).out
    monkeypatch.setenv("FIELDLEDGER_DATA", str(data))
    assert fieldledger("status", "--json").json()[0]["id"] == "c1"
    assert fieldledger("--data", tmp_path / "elsewhere", "status").status == 1, "what is typed goes first"
    monkeypatch.delenv("FIELDLEDGER_DATA")
    monkeypatch.chdir(data)
    assert fieldledger("status", "--json", "--data", ".").json()[0]["id"] == "c1"
    monkeypatch.chdir(data.parent)
    data.rename(data.parent / "fieldledger-data")
    assert fieldledger("status", "--json").json()[0]["id"] == "c1", "where nothing is said"


def test_help_is_there_for_everything(fieldledger: Command) -> None:
    overview = fieldledger("--help")
    assert overview.status == 0
    assert "Exit status: 0 = done" in overview.out
    assert "..." not in overview.out.partition("Commands:")[2], "no sentence is cut short"
    for command in ("serve", "sync", "plan", "approve", "log", "attention", "history", "report", "doctor",
                    "status", "login", "demo", "version", "company add", "company set", "company qwc",
                    "company password", "company token", "company preview", "matches", "solve", "link", "ask-again",
                    "bring-back"):  # fmt: skip
        said = fieldledger(*command.split(), "--help")
        assert said.status == 0
        assert said.out.startswith(f"Usage: fieldledger {command} [OPTIONS]") or command == "version"


def test_the_version(fieldledger: Command) -> None:
    assert fieldledger("version").out.strip() == __version__
