"""Is it the right company file? Decided before anything is read or written (spec 8.2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from fieldledger.journal import companies
from fieldledger.office.errors import CannotDo
from fieldledger.session import restored
from fieldledger.session.identity import OWNER_ID, recognise
from fieldledger.session.ports import Activity, CompanyInfo, Context, Send, Stop
from quickbooks_sim.companyfile import CompanyFile
from tests.support.connector import Connector, Stage, beside, edit
from tests.support.scripted import ScriptedQuickBooks, Shown, answer
from tests.support.world import HCP

OURS, THEIRS, ELSE = "{OUR-MARK}", "{THEIR-MARK}", "{SOMEBODY-ELSE}"
HERE, THERE = r"C:\Books\Bluebird.qbw", r"D:\New\Bluebird.qbw"

NEW: dict[str, Any] = {}
MARKED = {"name": "Bluebird", "path": HERE, "marked": True}
UNMARKED = {"name": "Bluebird", "path": HERE}
ACCEPTED = {"name": "Bluebird", "path": HERE, "accept": True}
ONLY_PATH = {"name": "", "path": HERE}
ONLY_NAME = {"name": "Bluebird", "path": ""}
ONLY_MARK = {"name": "", "path": "", "marked": True}

RIGHT, MOVED, OTHER = "right", "moved", "other"

RULES = [
    # known, mark in the file, name, path, verdict
    (NEW, OURS, "Bluebird", HERE, RIGHT),
    (NEW, "", "Bluebird", HERE, RIGHT),
    (NEW, THEIRS, "Bluebird", HERE, OTHER),
    (MARKED, OURS, "Bluebird", HERE, RIGHT),
    (MARKED, OURS.lower(), "Bluebird", HERE.upper(), RIGHT),
    (MARKED, OURS, "Bluebird", THERE, MOVED),
    (MARKED, OURS, "Bluebird Heating", HERE, MOVED),
    (MARKED, OURS, "Bluebird Heating", THERE, MOVED),
    (MARKED, OURS, "", HERE, RIGHT),
    (MARKED, OURS, "Bluebird", "", RIGHT),
    (MARKED, "", "Bluebird", HERE, OTHER),
    (MARKED, "", "Redbird", THERE, OTHER),
    (MARKED, THEIRS, "Bluebird", HERE, OTHER),
    (UNMARKED, "", "Bluebird", HERE, RIGHT),
    (UNMARKED, "", "Bluebird", HERE.lower(), RIGHT),
    (UNMARKED, "", "Bluebird", "", RIGHT),
    (UNMARKED, "", "Bluebird", THERE, OTHER),
    (UNMARKED, "", "Redbird", HERE, OTHER),
    (UNMARKED, "", "", HERE, OTHER),
    (NEW, "", "", HERE, RIGHT),
    (NEW, "", "Bluebird", "", RIGHT),
    (NEW, "", "", "", OTHER),
    (NEW, OURS, "", "", RIGHT),
    ({"told_every": 900}, "", "Bluebird", HERE, RIGHT),
    (ONLY_PATH, "", "Bluebird", HERE, RIGHT),
    (ONLY_PATH, "", "", HERE.lower(), RIGHT),
    (ONLY_PATH, "", "Redbird", THERE, OTHER),
    (ONLY_PATH, "", "", THERE, OTHER),
    (ONLY_PATH, "", "Bluebird", "", OTHER),
    (ONLY_NAME, "", "Bluebird", THERE, RIGHT),
    (ONLY_NAME, "", "Redbird", THERE, OTHER),
    (ONLY_NAME, "", "", THERE, OTHER),
    (ONLY_MARK, "", "Bluebird", HERE, OTHER),
    (ONLY_MARK, "", "", "", OTHER),
    (ONLY_MARK, OURS, "", "", RIGHT),
    (UNMARKED, "", "", "", OTHER),
    (UNMARKED, OURS, "Redbird", THERE, MOVED),
    (UNMARKED, THEIRS, "Bluebird", HERE, OTHER),
    (ACCEPTED, "", "Redbird", THERE, MOVED),
    (ACCEPTED, "", "Bluebird", HERE, RIGHT),
    (ACCEPTED, OURS, "Bluebird", THERE, MOVED),
    (ACCEPTED, THEIRS, "Bluebird", HERE, OTHER),
]


@pytest.mark.parametrize(("known", "mark", "name", "path", "verdict"), RULES)
def test_the_rules(known: dict[str, Any], mark: str, name: str, path: str, verdict: str) -> None:
    """spec 8.2: the identifier rules; moved or renamed with the same one goes on; another file stops."""
    marks = ((ELSE, "of another program"), *(((OWNER_ID.lower(), mark),) if mark else ()))
    before = dict(known)
    seen = recognise(known, OURS, CompanyInfo(name=name, file_ids=marks), path)
    assert known == before, "what is remembered is not changed on the way"
    assert bool(seen.other) == (verdict == OTHER)
    assert bool(seen.moved) == (verdict == MOVED)
    if verdict == OTHER:
        assert seen.identity == known, "and nothing of the other file is remembered"
        return
    assert "accept" not in seen.identity, "a person's word counts once"
    assert seen.identity["name"] == (name or known.get("name", ""))
    assert seen.identity["path"] == (path or known.get("path", ""))
    assert seen.identity.get("marked", False) == (mark.upper() == OURS or bool(known.get("marked")))
    moved = bool(path and known.get("path") and path.lower() != HERE.lower())
    assert seen.elsewhere == bool(known.get("accept") or moved)


GUID = "0A1B2C3D-0000-4000-8000-ABCDEFABCDEF"


@pytest.mark.parametrize("owner", [OWNER_ID, OWNER_ID.strip("{}").lower(), f" {OWNER_ID.lower()} "])
@pytest.mark.parametrize("mark", [GUID, GUID.lower(), f"{{{GUID}}}", f" {{ {GUID.lower()} }}\n"])
@pytest.mark.parametrize("ours", [GUID.lower(), f"{{{GUID}}}"])
def test_a_guid_is_the_same_in_any_dress(owner: str, mark: str, ours: str) -> None:
    """With or without braces and blanks, in any case; and another GUID is another one in each of them."""
    file = CompanyInfo(name="Bluebird", file_ids=((owner, mark),))
    assert recognise(MARKED, ours, file, HERE).other == ""
    assert "belongs to another" in recognise(MARKED, ours[:-4] + "0" + ours[-3:], file, HERE).other


def test_what_a_person_must_do_is_said() -> None:
    """Where there is nothing to compare, waiting does not help."""
    nameless = recognise(NEW, OURS, CompanyInfo(name=""), "")
    assert "Give it a Company Name in QuickBooks" in nameless.other
    nothing_common = recognise(ONLY_PATH, OURS, CompanyInfo(name="Bluebird"), "")
    assert "company_file=accept" in nothing_common.other


def test_a_nameless_file_is_accepted_once_and_known_from_then_on() -> None:
    """It is remembered as it tells of itself, so that its next session does not need a person again."""
    seen = recognise(ACCEPTED, OURS, CompanyInfo(name=""), THERE)
    assert (seen.other, seen.identity) == ("", {"name": "", "path": THERE})
    assert recognise(seen.identity, OURS, CompanyInfo(name=""), THERE).other == ""
    assert recognise(seen.identity, OURS, CompanyInfo(name=""), HERE).other


def test_what_else_is_remembered_stays() -> None:
    seen = recognise(
        {**MARKED, "told_every": 300, "last_restore": "x"}, OURS, CompanyInfo(name="Bluebird"), HERE
    )
    assert seen.other
    seen = recognise(
        {**MARKED, "told_every": 300}, OURS, CompanyInfo(name="Redbird", file_ids=((OWNER_ID, OURS),)), THERE
    )
    assert seen.identity["told_every"] == 300


# ---- in a session ----------------------------------------------------------------------------------------------------


def nothing_was_read_or_written(stage: Stage, connector: Connector, *, ended: str = "stopped") -> None:
    """No record was asked for, none was stored, none was written."""
    sights, desk = stage.journal_rows()["sights"], stage.customers()
    identity = remembered(stage)
    assert connector.run() == ended
    assert not any("CustomerQueryRq" in request for request in connector.requests)
    assert stage.journal_rows()["sights"] == sights
    assert stage.customers() == desk
    assert remembered(stage) == identity
    assert stage.last_run()["outcome"] == "stopped"


def remembered(stage: Stage) -> dict[str, Any]:
    with stage.journal.read() as tx:
        company = companies.get(tx, stage.company)
        assert company is not None
        return {key: value for key, value in company.identity.items() if key in ("name", "path", "marked")}


@pytest.mark.parametrize("introduced", [True, False])
def test_another_company_file_is_stopped_before_anything_is_read(stage: Stage, introduced: bool) -> None:
    """Its records, of the same ids even, never enter the journal: with the Web Connector's introduction and without."""
    records = [Shown("1-1", "Alba"), Shown("2-1", "Birch")]
    stage.sync(ScriptedQuickBooks(stage.file_id(), *records))
    other = ScriptedQuickBooks("{11111111-2222-3333-4444-555555555555}", Shown("1-1", "Stranger"))
    if not introduced:
        other.introduction = lambda: ""  # type: ignore[method-assign]
    stage.time += 900
    with stage.connect(other) as connector:
        nothing_was_read_or_written(stage, connector)
        assert "Stopped before anything was read or written" in connector.told
        assert "Open the right company file" in connector.told
    assert stage.names() == ["Alba", "Birch"]
    stage.sync(ScriptedQuickBooks(stage.file_id(), *records))
    assert stage.events() == []


def test_a_file_without_the_mark_that_it_had(stage: Stage) -> None:
    """It bore our mark, and bears none now: the same name and path are not enough."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba"))
    stage.sync(quickbooks)
    quickbooks.marks = []
    quickbooks.records = [Shown("1-1", "Stranger")]
    with stage.connect(quickbooks) as connector:
        nothing_was_read_or_written(stage, connector)
        assert "does not bear the mark" in connector.told


def test_a_file_that_never_had_a_mark(stage: Stage) -> None:
    """A driver that stores none: name and path together stand in."""
    quickbooks = ScriptedQuickBooks("", Shown("1-1", "Alba"))
    quickbooks.marks = []
    stage.sync(quickbooks, times=2)
    assert stage.names() == ["Alba"]
    quickbooks.name = "Another Company"
    with stage.connect(quickbooks) as connector:
        nothing_was_read_or_written(stage, connector)


def test_a_first_file_without_mark_and_name_does_not_open_the_door_to_any_other(stage: Stage) -> None:
    """Only its path is known; a file at another path, which names itself, is another file."""
    first = ScriptedQuickBooks("", Shown("1-1", "Alba"))
    first.marks, first.name = [], ""
    stage.sync(first, times=2)
    other = ScriptedQuickBooks("", Shown("1-1", "Stranger"))
    other.marks, other.path = [], r"D:\other.qbw"
    with stage.connect(other) as connector:
        nothing_was_read_or_written(stage, connector)
    assert stage.names() == ["Alba"]


def test_a_file_that_tells_nothing_of_itself_is_never_taken(stage: Stage) -> None:
    quickbooks = ScriptedQuickBooks("", Shown("1-1", "Alba"))
    quickbooks.marks, quickbooks.name, quickbooks.path = [], "", ""
    with stage.connect(quickbooks) as connector:
        nothing_was_read_or_written(stage, connector)
        assert "Give it a Company Name in QuickBooks" in connector.told
    quickbooks.name = "Scripted Company"
    stage.sync(quickbooks)
    assert stage.names() == ["Alba"]


@pytest.mark.parametrize("what", ["moved", "renamed"])
def test_moved_or_renamed_with_the_same_mark_goes_on_and_is_logged(stage: Stage, what: str) -> None:
    """spec 8.2: go on, and log it, once."""
    stage.edit('customer add name="Alba"\ncustomer add name="Birch"')
    stage.sync()
    if what == "moved":
        edit(stage, r'move "D:\Elsewhere\moved.qbw"')
    else:
        edit(stage, 'company CompanyName="Renamed Company"')
    edit(stage, 'customer "Birch" set phone=1')
    session = stage.sync()
    assert [(event["what"], what in event["told"]) for event in stage.events()] == [
        ("moved", True),
        ("updated", False),
    ]
    assert ("FromModifiedDate" not in session.requests[0]) == (what == "moved"), (
        "elsewhere, so everything is listed"
    )
    edit(stage, 'customer "Birch" set phone=2')
    assert [event["what"] for event in stage.sync().world.events()] == ["updated"]
    assert stage.names() == ["Alba", "Birch"], "nothing was duplicated"


def copied(stage: Stage, backup: Path) -> None:
    """What Windows' Explorer does: the company file as it is now, to be opened later and elsewhere."""
    with CompanyFile.open(stage.file) as company:
        company.copy_to(backup)


def opened_elsewhere(stage: Stage, backup: Path) -> None:
    stage.file = backup
    with CompanyFile.open(backup) as company:
        company.set_switch("company_path", r"E:\Copies\copy.qbw")


def test_a_copy_that_is_as_new_as_the_file_goes_on(stage: Stage, tmp_path: Path) -> None:
    stage.edit('customer add name="Alba"\ncustomer add name="Birch"')
    stage.sync(times=2)
    copied(stage, tmp_path / "copy.qbs")
    opened_elsewhere(stage, tmp_path / "copy.qbs")
    stage.sync()
    assert [event["what"] for event in stage.events()] == ["moved"]
    assert stage.status()["plan_waiting"] is None


@pytest.mark.parametrize("since", ["edited", "added", "both"])
def test_an_older_copy_at_another_path_shows_a_plan_first(stage: Stage, tmp_path: Path, since: str) -> None:
    """spec 8.2: a linked record's EditSequence went back, or the newest linked ids are missing; always checked when
    the path changed. LastRestoreTime tells nothing of a copy."""
    stage.edit("\n".join(f'customer add name="C{number}" phone=1' for number in range(4)))
    stage.sync()
    copied(stage, tmp_path / "copy.qbs")
    if since in ("edited", "both"):
        edit(stage, 'customer "C1" set phone=2')
    if since in ("added", "both"):
        edit(stage, 'customer add name="Latest"')
    stage.sync()
    desk = stage.customers()
    opened_elsewhere(stage, tmp_path / "copy.qbs")
    stage.sync()
    assert stage.customers() == desk, "nothing is written"
    why = stage.status()["plan_waiting"]["why"]
    assert "looks like a restored backup or a copy" in why
    assert ("went back" in why, "are missing" in why) == (since != "added", since != "edited")
    planned = {action["name"] for action in stage.plan()["actions"]}
    assert planned == {"edited": {"C1"}, "added": {"Latest"}, "both": {"C1", "Latest"}}[since], "what changed"
    stage.approve()
    stage.sync(times=2)
    assert stage.status()["plan_waiting"] is None
    assert {customer["name"]: (customer["phone"], customer["active"]) for customer in stage.customers()} == {
        **{f"C{number}": ("1", True) for number in range(4)},
        **({"Latest": (None, False)} if since != "edited" else {}),
    }
    assert stage.sync().world.events() == []


def test_a_deletion_at_the_old_place_is_no_sign_of_a_copy(stage: Stage) -> None:
    """The newest customer was deleted, QuickBooks says so, and then the file was moved."""
    stage.edit('customer add name="Alba"\ncustomer add name="Birch"')
    stage.sync()
    edit(stage, 'customer "Birch" delete')
    edit(stage, r'move "D:\Elsewhere\moved.qbw"')
    stage.sync()
    assert stage.status()["plan_waiting"] is None
    assert [customer["active"] for customer in stage.customers()] == [True, False]


def test_a_person_accepts_the_file(stage: Stage) -> None:
    """company set ID company_file=accept: the file that is open next is the right one; once."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba"), Shown("2-1", "Birch"))
    stage.sync(quickbooks)
    quickbooks.marks, quickbooks.path, quickbooks.name = [], r"D:\rebuilt.qbw", "Rebuilt"
    with stage.connect(quickbooks) as connector:
        nothing_was_read_or_written(stage, connector)
    stage.choose(company_file="accept")
    session = stage.sync(quickbooks)
    assert "FromModifiedDate" not in session.requests[0], "everything is listed"
    assert stage.status()["file"] == {"name": "Rebuilt", "path": r"D:\rebuilt.qbw"}
    stage.sync(quickbooks)
    quickbooks.name = "Rebuilt again"
    with stage.connect(quickbooks) as connector:
        nothing_was_read_or_written(stage, connector)


def test_what_a_person_accepts_by_mistake_shows_a_plan_first(stage: Stage) -> None:
    """It is another file after all: none of the linked customers is in it, so nothing is written unseen."""
    right = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba"), Shown("2-1", "Birch"))
    right.marks = []
    stage.sync(right)
    wrong = ScriptedQuickBooks("", Shown("7-1", "Stranger"))
    wrong.marks, wrong.name = [], "Wrong Company"
    stage.choose(company_file="accept")
    desk = stage.customers()
    stage.sync(wrong)
    assert stage.customers() == desk
    assert {(action["verb"], action["name"]) for action in stage.plan()["actions"]} == {
        ("deactivate", "Alba"), ("deactivate", "Birch"), ("create", "Stranger"),
    }  # fmt: skip
    stage.choose(company_file="accept")
    stage.sync(right)
    assert not any(
        action["name"] == "Stranger" for action in stage.plan()["actions"] if action["verb"] == "create"
    )


def test_another_connections_file_cannot_be_accepted(stage: Stage) -> None:
    """Two companies would write into one desk account each from one file: the mark says whose it is."""
    stage.sync(ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba")))
    stage.choose(company_file="accept")
    other = ScriptedQuickBooks("{11111111-2222-3333-4444-555555555555}", Shown("1-1", "Stranger"))
    with stage.connect(other) as connector:
        nothing_was_read_or_written(stage, connector)
        assert "belongs to another Fieldledger connection" in connector.told


def test_two_connections_know_their_files_apart(stage: Stage) -> None:
    """The files of two companies, swapped on the QuickBooks computer."""
    other = beside(stage, "other")
    stage.edit('customer add name="Alba"')
    other.edit('customer add name="Birch"')
    stage.sync()
    other.sync()
    with Connector(stage) as one, Connector(other) as two:
        one.quickbooks, two.quickbooks = two.quickbooks, one.quickbooks
        assert one.run() == "stopped"
        assert two.run() == "stopped"
    assert (stage.names(), other.names()) == (["Alba"], ["Birch"])


@pytest.mark.parametrize(
    ("versions", "major", "fits"),
    [
        (("1.0", "5.0"), 5, False), (("1.0", "12.0"), 13, False), (("1.0", "13.0"), 13, True), (("16.0",), 16, True),
        (("CA2.0", "CA3.0"), 3, False), ((), 5, False), ((), 13, True), (("1.0", "9.0", "13.0"), 0, True),
    ],
)  # fmt: skip
def test_quickbooks_older_than_2014_is_refused(
    stage: Stage, versions: tuple[str, ...], major: int, fits: bool
) -> None:
    """qbXML 13.0 is needed; nothing is read or written before that is known."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba"))
    quickbooks.versions = versions
    with stage.connect(quickbooks) as connector:
        context = Context(hcp=quickbooks.introduction(), company_path=quickbooks.path, major=major)
        request = stage.engine.next_request(connector.ticket, context)
        if fits:
            assert isinstance(request, Send)
            return
        assert request == Stop()
        told = stage.engine.last_error(connector.ticket)
        assert "qbXML 13.0, QuickBooks 2014 or newer, is needed" in told
    assert remembered(stage) == {}


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("introduced", [True, False])
def test_quickbooks_that_does_not_tell_which_file_is_open(
    stage: Stage, known: bool, introduced: bool
) -> None:
    """No permission for the company's data, say: it is asked once more; then nothing is read or written."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba"))
    if known:
        stage.sync(quickbooks)
    quickbooks.order = lambda request: (
        answer(request, code="3260", told="Insufficient permission level to perform this action.")
        if request.tag == "CompanyQueryRq"
        else None
    )
    if not introduced:
        quickbooks.introduction = lambda: ""  # type: ignore[method-assign]
    with stage.connect(quickbooks) as connector:
        nothing_was_read_or_written(stage, connector)
        assert "did not tell which company file" in connector.told
        assert len(connector.requests) == 1
    quickbooks.order = lambda request: None
    stage.sync(quickbooks)
    assert stage.names() == ["Alba"]


def test_an_introduction_without_the_company_is_made_up_for(stage: Stage) -> None:
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba"))
    whole = quickbooks.introduction()
    root = etree.fromstring(whole.encode())
    for element in root.iter("CompanyQueryRs"):
        element.getparent().remove(element)
    quickbooks.introduction = lambda: etree.tostring(root, encoding="unicode")  # type: ignore[method-assign]
    session = stage.sync(quickbooks)
    assert "CompanyQueryRq" in session.requests[0]
    assert stage.names() == ["Alba"]


def test_a_file_of_two_hundred_marks(stage: Stage) -> None:
    """Other programs store theirs; only ours counts, whatever its case."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba"))
    quickbooks.marks = [(f"{{{number:08X}-0000-0000-0000-000000000000}}", "other") for number in range(200)]
    quickbooks.marks.insert(100, (OWNER_ID.lower(), stage.file_id().lower()))
    stage.sync(quickbooks, times=2)
    assert stage.names() == ["Alba"]


# ---- restored backup -------------------------------------------------------------------------------------------------


def test_a_restored_backup_shows_what_changed_while_away(stage: Stage, tmp_path: Path) -> None:
    """spec 8.2: LastRestoreTime moved. Nothing is written before approval; then both sides agree again."""
    backup = tmp_path / "backup.qbs"
    stage.edit("\n".join(f'customer add name="C{number}" phone=1' for number in range(4)))
    stage.sync()
    stage.edit(f'backup "{backup}"')
    stage.time += 86_400
    edit(stage, 'customer "C1" set phone=2\ncustomer add name="Latest"\ncustomer "C3" delete')
    stage.sync()
    desk = stage.customers()
    stage.edit(f'restore "{backup}"')
    stage.sync(times=3)
    assert stage.customers() == desk, "nothing is written, however often it syncs"
    plan = stage.plan()
    assert "restored from a backup" in plan["why"]
    assert {(action["verb"], action["name"]) for action in plan["actions"]} == {
        ("update", "C1"), ("update", "C3"), ("deactivate", "Latest"),
    }  # fmt: skip
    stage.approve()
    stage.sync(times=2)
    assert {customer["name"]: (customer["phone"], customer["active"]) for customer in stage.customers()} == {
        "C0": ("1", True), "C1": ("1", True), "C2": ("1", True), "C3": ("1", True), "Latest": (None, False),
    }  # fmt: skip
    assert stage.sync().world.events() == []


def test_a_restore_that_changed_nothing_asks_nobody(stage: Stage, tmp_path: Path) -> None:
    """The backup is as new as the file. Once everything has been read again, ordinary edits go on as before."""
    backup = tmp_path / "backup.qbs"
    stage.edit('customer add name="Alba"')
    stage.sync()
    stage.edit(f'backup "{backup}"')
    stage.edit(f'restore "{backup}"')
    stage.sync(times=2)
    edit(stage, 'customer "Alba" set phone=1')
    stage.sync()
    assert stage.status()["plan_waiting"] is None
    assert stage.customers()[0]["phone"] == "1"


def test_a_restore_during_a_plan_that_waits_is_not_approved_with_it(stage: Stage, tmp_path: Path) -> None:
    """A person approves what was shown before the restore: what the restore brings is shown on its own."""
    backup = tmp_path / "backup.qbs"
    stage.edit("\n".join(f'customer add name="C{number}" phone=1' for number in range(4)))
    stage.sync()
    stage.edit(f'backup "{backup}"')
    stage.time += 86_400
    edit(stage, 'customer "C1" set phone=2')
    stage.sync()
    stage.choose(approve_plans="always")
    edit(stage, 'customer add name="Waits"')
    stage.sync()
    waiting = stage.status()["plan_waiting"]["plan"]
    stage.choose(approve_plans="never")
    stage.edit(f'restore "{backup}"')
    stage.sync()
    if stage.status()["plan_waiting"] and stage.status()["plan_waiting"]["plan"] == waiting:
        stage.approve(waiting)
    desk = stage.customers()
    stage.sync()
    assert stage.customers() == desk, "nothing of the restored file is written unseen"


def test_a_plan_that_a_restore_overtook_cannot_be_approved(stage: Stage, tmp_path: Path) -> None:
    """spec 8.2: a session learns of the restore and breaks off before it has made the new plan. The old one is no
    answer to it: the person is told, and the next session shows another."""
    backup = tmp_path / "company.qbb"
    stage.edit("customer add name=Acme phone=1")
    stage.sync()
    stage.edit(f'backup "{backup}"')
    stage.choose(approve_plans="always")
    stage.edit("customer Acme set phone=2")
    stage.sync()
    old = stage.status()["plan_waiting"]["plan"]
    stage.edit(f'restore "{backup}"')
    stage.time += 900
    with stage.connect() as connector:
        while "CompanyActivityQueryRq" not in (connector.ask() or ""):
            connector.execute()
            connector.post()
        connector.execute()
        assert 0 <= connector.post() < 100
    with pytest.raises(
        CannotDo, match=f"Plan {old} was made before this came up: The company file was restored"
    ):
        stage.approve()
    stage.sync()
    stage.edit("customer Acme set phone=3")
    stage.sync()
    assert stage.status()["plan_waiting"]["plan"] > old
    stage.approve()
    stage.sync()
    assert stage.customers()[0]["phone"] == "3"


def test_a_restore_does_not_push_out_what_else_must_be_shown(stage: Stage) -> None:
    """The company as it was read before may be of yesterday: what somebody changed since stays due beside it."""
    stage.sync(ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba")))
    with stage.journal.read() as tx:
        before = companies.get(tx, stage.company)
        assert before is not None
    stage.choose(jobs="skip")
    for time in ("2026-11-24T10:00:00", "2026-11-25T10:00:00"):
        with stage.journal.write() as tx:
            restored.told_by_quickbooks(tx, stage.journal, before, None, Activity(last_restore=time))
    with stage.journal.read() as tx:
        now = companies.get(tx, stage.company)
        assert now is not None
    for reason in ("Setting jobs changed", "(2026-11-24T10:00:00)", "(2026-11-25T10:00:00)"):
        assert now.approval_due.count(reason) == 1, now.approval_due


def test_the_first_restore_time_that_is_heard_of_is_no_restore(stage: Stage) -> None:
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba"))
    quickbooks.restored = "2020-01-01T10:00:00-05:00"
    stage.sync(quickbooks)
    assert stage.names() == ["Alba"]
    quickbooks.restored = "2026-11-24T10:00:00-05:00"
    quickbooks.records.append(
        Shown("2-1", "Birch", modified="2026-11-24T11:00:00-05:00", edited="1795507200")
    )
    stage.sync(quickbooks, times=2)
    assert stage.names() == ["Alba"]
    assert "restored" in stage.status()["plan_waiting"]["why"]


def test_the_introduction_asks_under_our_owner_id() -> None:
    """The tests' introduction is the Web Connector's: it asks for what it stored under our OwnerID."""
    assert "<OwnerID>{owner}</OwnerID>" in HCP
