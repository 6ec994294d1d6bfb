"""Answers in legal but unusual forms, as another QuickBooks might give them: read all the same, and never believed
more than they say."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import etree

from tests.support.connector import Failed, Stage
from tests.support.scripted import ScriptedQuickBooks, Shown, answer

LATER = {"edited": "1764000500", "modified": "2025-11-24T11:08:20-05:00"}


def many(stage: Stage, number: int) -> ScriptedQuickBooks:
    return ScriptedQuickBooks(stage.file_id(), *(Shown(f"{n:X}-1", f"C{n}") for n in range(1, number + 1)))


class Refusing(ScriptedQuickBooks):
    """Refuses every set that holds one kind of request, as a QuickBooks that does not know it would."""

    refused = "CompanyActivityQuery"

    def execute(self, text: str) -> str:
        if self.refused in text:
            raise Failed("0x80040400", "QuickBooks found an error when parsing the provided XML text stream.")
        return super().execute(text)


@pytest.mark.parametrize("refused", ["CompanyActivityQuery", "ListDeletedQuery"])
def test_a_quickbooks_that_does_not_know_what_is_asked_beside_the_list(stage: Stage, refused: str) -> None:
    """0x80040400 refuses the whole set; the list is asked for alone, and what is gone is found by listing."""
    quickbooks = Refusing(stage.file_id(), Shown("1-1", "Acme"), Shown("2-1", "Birch"))
    quickbooks.refused = refused
    stage.sync(quickbooks)
    assert stage.names() == ["Acme", "Birch"]
    assert "without the questions beside it" in stage.events()[0]["told"]
    del quickbooks.records[1]
    stage.sync(quickbooks, times=2)
    assert {each["name"]: each["active"] for each in stage.customers()} == {"Acme": True, "Birch": False}


def test_a_list_that_is_refused_alone_stops_the_session(stage: Stage) -> None:
    quickbooks = Refusing(stage.file_id(), Shown("1-1", "Acme"))
    quickbooks.refused = "CustomerQuery"
    stage.time += 900
    with stage.connect(quickbooks) as connector:
        assert connector.run() == "stopped"
        assert len(connector.percents) == 2, "once with the questions beside it, once without"


@pytest.mark.parametrize("form", ["the last page counts nothing", "no page counts", "the id is told once"])
def test_iterators_that_say_less(stage: Stage, form: str) -> None:
    """The count or the id of an iterator is missing where it could be known: nothing is skipped, nothing stops."""
    stage.page(25)
    quickbooks = many(stage, 60)
    told = quickbooks._page

    def page(request: etree._Element) -> str:
        text = told(request)
        if form == "the last page counts nothing":
            return text.replace(' iteratorRemainingCount="0"', "")
        if form == "no page counts":
            return re.sub(r' iteratorRemainingCount="\d+"', "", text)
        again = request.get("iterator") == "Continue"
        return re.sub(r' iteratorID="[^"]*"', "", text) if again else text

    quickbooks._page = page  # type: ignore[method-assign]
    stage.sync(quickbooks)
    assert len(stage.names()) == 60
    assert stage.last_run()["told"] == "In step: 60 created."


def test_an_introduction_that_cannot_be_read_is_asked_for(stage: Stage) -> None:
    for number, text in enumerate(("not xml at all", "<x/>"), 1):
        quickbooks = ScriptedQuickBooks(stage.file_id(), *(Shown(f"{n}-1", f"C{n}") for n in range(number)))
        quickbooks.introduction = lambda text=text: text  # type: ignore[method-assign,misc]
        stage.sync(quickbooks)
        assert len(stage.names()) == number
        assert "It is asked for." in stage.events()[0]["told"]


def test_a_list_that_never_adds_up_is_listed_again(stage: Stage) -> None:
    """spec 10.2: a record that slipped past an iterator whose counts were wrong to the end comes with the next one."""
    quickbooks = many(stage, 100)
    stage.sync(quickbooks, times=2)
    stage.page(25)
    stage.time += 20 * 86_400
    for n in range(50):
        edited, modified = str(1_764_000_000 + n * 28_800), f"2025-11-{25 + n // 10}T11:00:00-05:00"
        quickbooks.records.append(Shown(f"{n:X}-2", f"N{n}", edited=edited, modified=modified))
    hidden, told = quickbooks.records[103], quickbooks._page

    def page(request: etree._Element) -> str:
        text = told(request)
        text = re.sub(
            rf"<CustomerRet><ListID>{hidden.id}</ListID>.*?</CustomerRet>", "", text, flags=re.DOTALL
        )
        return re.sub(r'iteratorRemainingCount="(\d+)"', _one_off, text)

    quickbooks._page = page  # type: ignore[method-assign]
    stage.sync(quickbooks)
    assert hidden.name not in stage.names()
    quickbooks._page = told  # type: ignore[method-assign]
    stage.sync(quickbooks, times=2)
    assert hidden.name in stage.names()


def _one_off(count: re.Match[str]) -> str:
    return f'iteratorRemainingCount="{int(count[1]) + 1 if int(count[1]) else 0}"'


def test_a_run_that_could_not_read_says_so(stage: Stage) -> None:
    """spec 9.1: "in step" is said only when nothing is left."""
    quickbooks = many(stage, 30)
    stage.sync(quickbooks)
    for record in quickbooks.records:
        record.phone, record.edited, record.modified = "9", LATER["edited"], LATER["modified"]

    def order(request: etree._Element) -> str | None:
        by_id = request.tag == "CustomerQueryRq" and request.find("ListID") is not None
        return answer(request, code="1000", told="internal error") if by_id else None

    quickbooks.order = order
    stage.sync(quickbooks)
    assert stage.last_run()["told"] == "Not all in step: 30 could not be read."


def test_a_deletion_that_is_older_than_the_record_is_not_believed(stage: Stage) -> None:
    """spec 10.7: a restored file may use an id again; what is seen alive since is asked for by its id."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Acme"))
    stage.sync(quickbooks)
    deletions(quickbooks, "1-1", "2020-01-01T10:00:00-05:00")
    stage.sync(quickbooks, times=2)
    assert [each["active"] for each in stage.customers()] == [True]


def deletions(quickbooks: ScriptedQuickBooks, id: str, when: str) -> None:
    before: Any = quickbooks.order

    def order(request: etree._Element) -> str | None:
        if request.tag != "ListDeletedQueryRq":
            told: str | None = before(request)
            return told
        ret = (
            f"<ListDeletedRet><ListDelType>Customer</ListDelType><ListID>{id}</ListID>"
            f"<TimeCreated>{when}</TimeCreated><TimeDeleted>{when}</TimeDeleted></ListDeletedRet>"
        )
        return answer(request, ret)

    quickbooks.order = order
