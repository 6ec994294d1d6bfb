"""The command line and the edit language with bad input: a clear answer, the right exit status, nothing lost."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner, Result

from quickbooks_sim.build import new_file
from quickbooks_sim.cli import app
from quickbooks_sim.edit import EditError, apply_script
from quickbooks_sim.show import describe
from quickbooks_sim.tables.editing import ADDRESS_WORDS, FIELD_WORDS, KIND_WORDS
from tests.quickbooks_sim.conftest import Books

QUERY = (
    '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><CustomerQueryRq/>'
    "</QBXMLMsgsRq></QBXML>"
)


def run(*words: object, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=stdin)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "books.qbs"
    new_file(path, "Books").close()
    return path


def names(file: Path) -> list[str]:
    state = json.loads(run("show", file, "--json").stdout)
    return [one["full_name"] for one in state["lists"].get("Customer", [])]


def test_scripts_of_windows_are_read(file: Path, tmp_path: Path) -> None:
    """A byte order mark before the text and CR LF at the line ends; accents in UTF-8."""
    script = tmp_path / "edit.txt"
    script.write_bytes(b"\xef\xbb\xbf" + 'customer add name="Zoë"\r\ncustomer add name=Ann\r\n'.encode())
    assert run("edit", file, script).exit_code == 0
    assert run("edit", file, "-", stdin=b"\xef\xbb\xbfcustomer add name=Bob\r").exit_code == 0
    assert names(file) == ["Ann", "Bob", "Zoë"]
    answer = run("process", file, stdin=b"\xef\xbb\xbf" + QUERY.encode())
    assert (answer.exit_code, "Zo&#235;" in answer.stdout) == (0, True)


@pytest.mark.parametrize("command", ["edit", "process"])
def test_what_is_not_utf_8_is_told(file: Path, command: str) -> None:
    result = run(command, file, *(["-"] if command == "edit" else []), stdin=b"customer add name=Zo\xeb")
    assert (result.exit_code, "is not UTF-8 text" in result.stderr) == (2, True)


def test_a_number_sign_in_a_value_is_no_comment(file: Path) -> None:
    """An apartment is often written with one; cutting there would lose the rest of the line in silence."""
    script = (
        "# all of it is a comment\n"
        'customer add name=Ann addr1=Apt#5 phone=1 # and this\n  # "and" this\n'
        'customer add name="Bob #2" addr1=\'#7\' # unfinished " quote\n'
    )
    assert run("edit", file, "-", stdin=script).exit_code == 0
    assert names(file) == ["Ann", "Bob #2"]
    text = run("process", file, stdin=QUERY).stdout
    assert "<Addr1>Apt#5</Addr1>" in text
    assert "<Addr1>#7</Addr1>" in text
    assert "<Phone>1</Phone>" in text


@pytest.mark.parametrize(
    ("command", "status", "part"),
    [
        ("customer", 2, "wants a name (or add)"),
        ("customer add name=A phone=\x01", 2, "nobody can type"),
        ('customer add name="A\x7f"', 2, "nobody can type"),
        ("customer add phone=1", 2, "add wants name="),
        ("customer add name=A name=B", 2, "is set twice"),
        ("customer add name=A parent=Nobody", 1, "invalid reference to a parent"),
        ("customer add name=A terms=Never", 1, "invalid reference to QuickBooks Terms"),
        (f"customer add name={'n' * 42}", 1, "is too long"),
        ("customer add name=A:B", 1, "cannot contain a colon"),
        ("customer add name=A creditlimit=1.5", 1, "converting the amount"),
        ("customer add name=A jobstart=2026-02-30", 1, "converting the date"),
        ("customer add name=A jobstatus=Dreaming", 2, "may be Awarded"),
        ("customer add name=A email=" + "e" * 1024, 1, "is too long"),
        ("customer Ann set name=B", 2, "rename changes it"),
        ("customer Ann set parent=B", 2, "under changes it"),
        ("customer Ann set", 2, "at least one field=value"),
        ("customer Ann set phone", 2, "should be field=value"),
        ("customer Ann rename", 2, "wants one value"),
        ("customer Ann rename A B", 2, "wants one value"),
        ('customer Ann rename ""', 1, "cannot be blank"),
        ("customer Ann under Ann", 1, "cannot be its own parent"),
        ("customer Ann balance many", 1, "converting the amount"),
        ("customer Ann shipto", 2, "shipto wants"),
        ("customer Ann shipto remove Home", 2, "there is no ship-to 'Home'; there are: none"),
        ("customer Ann shipto add addr1=x", 1, "a name of its own"),
        (f"customer Ann shipto add name={'n' * 42}", 1, "is too long"),
        ("customer Ann shipto add name=A default=maybe", 1, "DefaultShipTo"),
        ("customer Ann shipto add name=A zip=12345678901234", 1, "is too long"),
        ("customer Ann shipto add name=A colour=red", 2, "an address has no field 'colour'"),
        ("customer Ann active now", 2, "cannot do"),
        ("vendor Ann active", 2, "there is no vendor 'Ann'"),
        ("vendor add name=ANN", 1, "already in use"),
        ("vendor add name=V parent=Ann", 2, "has no field 'parent'"),
        ("account add name=A", 2, "add wants type="),
        ("dateterms add name=A", 2, "add wants day="),
        ("taxcode add name=A", 2, "add wants taxable="),
        ("account add name=A type=Purse", 2, "may be AccountsPayable"),
        ("account add name=A type=Bank number=12345678", 1, "is too long"),
        ("terms add name=A days=-1", 2, "must be a whole number"),
        ("terms add name=A days=10000", 1, "invalid value"),
        ("terms add name=A days=\u0663", 2, "must be a whole number"),
        ("dateterms add name=A day=32", 1, "invalid value"),
        ("taxcode add name=Long taxable=true", 1, "is too long"),
        ('taxcode add name=T taxable=""', 2, "must be true or false"),
        ("taxitem add name=A rate=5", 1, "must have a tax agency"),
        ("taxitem add name=A rate=5%", 1, "invalid value"),
        ("lock customer", 2, "wants a kind"),
        ("lock customer Nobody", 2, "there is no customer"),
        ("mode", 2, "wants one value"),
        ("clock", 2, "cannot be"),
        ("clock frozen 2026-02-30T10:00:00", 2, "no such moment"),
        ("clock frozen 0001-01-01T00:00:00", 2, "cannot be"),
        ("clock offset 99999999999", 2, "cannot be"),
        ("switch", 2, "at least one field=value"),
        ("switch time_zone=Mars/Olympus", 2, "no time zone"),
        ("company Colour=red", 2, "company has no field"),
        ("preference ClosingDate=soon", 1, "converting the date"),
        ("backup", 2, "takes one file name"),
        ("", 2, "holds no command"),
        ("# only a comment", 2, "holds no command"),
    ],
)
def test_a_command_that_cannot_be_done_says_why_and_undoes_the_script(
    books: Books, command: str, status: int, part: str
) -> None:
    """What stands before it in the script is undone too. Exit status 1 and its own words where QuickBooks refuses."""
    apply_script(books.company, "customer add name=Ann")
    with books.company.reading():
        before = describe(books.company)
    script = (
        command if command in ("", "# only a comment", "backup") else f"customer add name=First\n{command}"
    )
    result = run("edit", books.company.path, "-", stdin=script)
    assert (result.exit_code, part in result.stderr) == (status, True), result.stderr
    assert result.stderr.startswith("error: line ")
    assert result.stderr.rstrip().endswith("nothing was changed")
    with books.company.reading():
        assert describe(books.company) == before


FITTING = {
    "ref": ("", "Net 30", "V"), "amt": ("5", "-1.25"), "pct": ("2", "2.5"), "bool": ("true", "0"),
    "date": ("2026-01-01", ""), "=AccountType": ("Bank", "Income"), "=JobStatus": ("Awarded", "None"),
}  # fmt: skip
ODD = ("", "A", "A:B", "1", "-1.00", "true", "n" * 60, "é€☃", "#", "Bank", "=", "x=y", "2026-13-01", "\xa0")


@pytest.mark.parametrize("seed", range(10))
def test_scripts_at_random_are_applied_or_refused_and_never_anything_else(
    books: Books, schema: etree.XMLSchema, seed: int
) -> None:
    """Words of the language in any order, with values good and odd: done or EditError, and answers stay good."""
    chance = random.Random(seed)
    apply_script(books.company, "customer add name=A\ncustomer add name=B parent=A\nvendor add name=V")
    values = {"set": 2, "add": 2, "rename": 1, "under": 1, "balance": 1, "shipto": 3}
    applied = refused = 0
    for step in range(250):
        with books.company.reading():
            before = describe(books.company)
        word = chance.choice(
            [*KIND_WORDS, "customer", "customer", "lock", "unlock", "switch", "preference", "host"]
        )
        fields = FIELD_WORDS.get(KIND_WORDS.get(word, ""), {})
        line = [word]
        verb = "set"
        if fields:
            known = [one["full_name"] for one in before["lists"].get(KIND_WORDS[word], [])]
            verb = chance.choice([*values, "inactive", "active", "delete"])
            line += (
                ["add", f"name=N{step}"] if verb == "add" else [chance.choice([*known, *known, "A"]), verb]
            )
            line += [chance.choice(["add", "set", "remove"])] if verb == "shipto" else []
        for _ in range(chance.randint(1, values[verb]) if verb in values else chance.random() < 0.1):
            field = chance.choice([*fields, *fields, *fields, *ADDRESS_WORDS, "name", "parent"])
            kind = fields.get(field, ("", "s"))[1]
            good = FITTING.get(kind, ("7",) if kind.startswith("int") else ("x", "Y z"))
            value = chance.choice(good if chance.random() < 0.8 else ODD)
            line.append(value if verb in ("rename", "under", "balance") else f"{field}={value}")
        script = " ".join(f'"{part}"' for part in line)
        try:
            apply_script(books.company, script)
            applied += 1
        except EditError:
            refused += 1
            with books.company.reading():
                assert describe(books.company) == before, script
    text = books.text(
        "<EntityQueryRq><ActiveStatus>All</ActiveStatus></EntityQueryRq><AccountQueryRq/><TermsQueryRq/>"
        "<ItemSalesTaxQueryRq/><SalesTaxCodeQueryRq/><HostQueryRq/><CompanyQueryRq/>"
    )
    document = etree.fromstring(text.encode())
    assert {one.get("statusCode") for one in document[0]} <= {"0", "1"}
    assert schema.validate(document), schema.error_log.last_error
    assert applied >= 20
    assert refused > 50


def test_wrong_use_of_new(tmp_path: Path, file: Path) -> None:
    response = tmp_path / "r.xml"
    response.write_text("<QBXML><QBXMLMsgsRs><HostQueryRs statusCode='1'/></QBXMLMsgsRs></QBXML>")
    for words, part in (
        (("new", tmp_path / "x.qbs", "--sample", "--load", response), "exclude each other"),
        (("new", tmp_path / "x.qbs", "--generate", "-1"), "--generate"),
        (("new", tmp_path), "exists already"),
        (("new", file), "exists already"),
        (("new", tmp_path / "x.qbs", "--load", tmp_path), "is not there"),
    ):
        result = run(*words)
        assert (result.exit_code, part in result.stderr) == (2, True), (words, result.stderr)
        assert not (tmp_path / "x.qbs").exists()
    made = run("new", tmp_path / "x.qbs", "--load", response, "--name", "Nothing / in: it")
    assert (made.exit_code, "loaded: nothing" in made.stdout) == (0, True)
    assert run("show", tmp_path / "x.qbs").stdout.startswith("Nothing / in: it (")


def test_a_reader_that_goes_away_is_no_trouble(file: Path) -> None:
    """`quickbooks-sim show FILE | head -1`: the program ends without a traceback."""
    apply_script_to = "\n".join(f"customer add name=C{n}" for n in range(3000))
    assert run("edit", file, "-", stdin=apply_script_to).exit_code == 0
    shown = subprocess.run(
        f'"{sys.executable}" -c "from quickbooks_sim.cli import main; main()" show "{file}" | head -1',
        shell=True, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert shown.stdout.startswith("Books (")
    assert "Traceback" not in shown.stderr, shown.stderr
