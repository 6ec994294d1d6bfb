# ruff: noqa: E501 - a request stands on one line, as it is sent
"""The text of requests and answers: what refuses a whole set, what is let through, how an answer is laid out."""

from __future__ import annotations

import random
import re

import pytest
from lxml import etree

from quickbooks_sim.errors import QuickBooksError
from tests.quickbooks_sim.conftest import Books
from tests.support.shared import shared

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<?qbxml version="13.0"?>\n'
ADD = "<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>"


def framed(requests: str, head: str = HEAD, attributes: str = 'onError="stopOnError"') -> str:
    return f"{head}<QBXML><QBXMLMsgsRq {attributes}>{requests}</QBXMLMsgsRq></QBXML>"


REFUSED = {
    "an unknown request": framed(ADD + "<CustomerUndoRq/>"),
    "an unknown attribute": framed(ADD.replace("<CustomerAddRq>", '<CustomerAddRq when="now">')),
    "an unknown element": framed(ADD.replace("</Name>", "</Name><Colour>red</Colour>")),
    "a wrong order": framed(ADD.replace("<Name>", "<Phone>1</Phone><Name>")),
    "a missing element": framed(ADD.replace("<Name>Ann</Name>", "")),
    "an element twice": framed(ADD.replace("</Name>", "</Name><Name>Bob</Name>")),
    "two filters that exclude each other": framed(ADD + "<CustomerQueryRq><ListID>1-1</ListID><FullName>A</FullName></CustomerQueryRq>"),
    "a set filter beside names": framed(ADD + "<CustomerQueryRq><FullName>A</FullName><ActiveStatus>All</ActiveStatus></CustomerQueryRq>"),
    "a word outside an enumeration": framed(ADD + "<CustomerQueryRq><ActiveStatus>Some</ActiveStatus></CustomerQueryRq>"),
    "another case": framed(ADD.replace("CustomerAdd>", "customerAdd>")),
    "text between elements": framed(ADD.replace("<Name>", "stray<Name>")),
    "text between requests": framed(ADD + "stray"),
    "no request frame": f"{HEAD}<QBXML>{ADD}</QBXML>",
    "two frames": HEAD + '<QBXML><QBXMLMsgsRq onError="stopOnError"/><QBXMLMsgsRq onError="stopOnError"/></QBXML>',
    "no onError": framed(ADD, attributes=""),
    "rollbackOnError": framed(ADD, attributes='onError="rollbackOnError"'),
    "another word for onError": framed(ADD, attributes='onError="ignore"'),
    "an unknown attribute of the frame": framed(ADD, attributes='onError="stopOnError" speed="fast"'),
    "a namespace": framed(ADD).replace("<QBXML>", '<QBXML xmlns="urn:x">'),
    "no instruction": framed(ADD, head='<?xml version="1.0"?>\n'),
    "the instruction too late": framed(ADD, head='<?xml version="1.0"?>\n') + '<?qbxml version="13.0"?>',
    "a blank in HostQuery": framed(ADD + "<HostQueryRq> </HostQueryRq>"),
    "a line break in HostQuery": framed(ADD + "<HostQueryRq>\n</HostQueryRq>"),
    "a blank in ReceivePaymentToDepositQuery": framed(ADD + "<ReceivePaymentToDepositQueryRq> </ReceivePaymentToDepositQueryRq>"),
    "raw characters above 127": framed(ADD.replace("Ann", "Zoë")),
    "a wrong encoding claim": framed(ADD, head=HEAD.replace("utf-8", "utf-16")),
    "an entity of its own": HEAD + '<!DOCTYPE QBXML [<!ENTITY e "Ann">]>' + framed(ADD.replace("Ann", "&e;"), head=""),
    "an external entity": HEAD + '<!DOCTYPE QBXML SYSTEM "file:///etc/hosts">' + framed(ADD, head=""),
    "a bomb of entities": HEAD + '<!DOCTYPE QBXML [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + framed(ADD.replace("Ann", "&b;"), head=""),
    "an unknown entity": framed(ADD.replace("Ann", "&nbsp;")),
    "a control character": framed(ADD.replace("Ann", "&#1;")),
    "a raw control character": framed(ADD.replace("Ann", "A\x01")),
    "half of a set": framed(ADD)[:-12],
    "something behind the end": framed(ADD) + "<x/>",
    "a blank before the declaration": " " + framed(ADD),
    "nothing": "",
    "blanks": "  \n ",
    "no XML": "Ann, please",
    "half a surrogate": framed(ADD.replace("Ann", "\ud800")),
    "a leaf with elements in it": framed(ADD.replace("Ann", "<b>Ann</b>")),
    "a number that is none": framed(ADD + "<CustomerQueryRq><MaxReturned>many</MaxReturned></CustomerQueryRq>"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_the_whole_set_is_refused_and_nothing_executed(books: Books, what: str) -> None:
    """Rule 14: HRESULT 0x80040400, no status code, whatever else stands in the set and however good it is."""
    with pytest.raises(QuickBooksError) as caught:
        books.processor.process_request(books.ticket, REFUSED[what])
    assert caught.value.hresult == "0x80040400"
    assert caught.value.message == "QuickBooks found an error when parsing the provided XML text stream."
    assert caught.value.detail, "for people who look for their mistake"
    assert books.code("<CustomerQueryRq/>") == "1"


TAKEN = {
    "no declaration": framed(ADD, head='<?qbxml version="13.0"?>'),
    "an older version": framed(ADD, head='<?xml version="1.0"?><?qbxml version="12.0"?>'),
    "an encoding of Windows": framed(ADD, head=HEAD.replace("utf-8", "windows-1252")),
    "single quotes": framed(ADD, head="<?xml version='1.0'?><?qbxml version='13.0'?>"),
    "comments and blanks": framed(f"\n <!-- new -->\n {ADD.replace('<Name>', ' <!-- who --> <Name>')} \n"),
    "instructions of other programs": framed(ADD.replace("<Name>", "<?x y?><Name>"), head=HEAD + "<?x y?>"),
    "a CDATA section": framed(ADD.replace("Ann", "<![CDATA[Ann]]>")),
    "empty HostQuery": framed("<HostQueryRq></HostQueryRq>" + ADD),
    "an empty request ID": framed(ADD.replace("<CustomerAddRq>", '<CustomerAddRq requestID="">')),
    "no data in the answer": framed(ADD, attributes='onError="stopOnError" responseData="includeNone"'),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(TAKEN))
def test_what_is_well_is_executed(books: Books, what: str) -> None:
    books.processor.process_request(books.ticket, TAKEN[what])
    assert [one.findtext("Name") for one in books.one("<CustomerQueryRq/>")] == ["Ann"]


def test_the_captured_pair_of_bills_is_judged_as_quickbooks_judged_it(books: Books) -> None:
    """Captures 108 and 109: the wrong order was refused as a whole, the right one not. (Bills are not executed here.)

    The simulator does not know the grammar of bills, so for it both are only requests of a kind that it does not do.
    """
    for name in ("108-BillAddRq-rejected-0x80040400.xml", "109-BillAddRq-accepted.xml"):
        text = shared(f"reference/qbxml/captures/{name}").read_text(encoding="ascii")
        answer = etree.fromstring(books.processor.process_request(books.ticket, text).encode())
        assert answer.find(".//BillAddRs[@statusCode='1030']") is not None


def test_an_unknown_version_is_another_refusal(books: Books) -> None:
    for version in ("99.0", "13", "13.00", "14.0", "CA3.0", ""):
        with pytest.raises(QuickBooksError) as caught:
            books.text(ADD, version=version)
        assert caught.value.hresult == "0x80040423", version
        assert (
            caught.value.message == "The version of qbXML that was requested is not supported or is unknown."
        )
    books.set(qbxml_version="15.0")
    books.text(ADD, version="14.0")


LINE = re.compile(
    r"<(/?[A-Za-z0-9]+)( [A-Za-z]+=\"[^\"]*\")*( /)?>|<([A-Za-z0-9]+)>[^<>]*</\4>|<\?xml version=\"1\.0\" \?>"
)


def test_answers_are_laid_out_as_quickbooks_lays_them_out(sample: Books) -> None:
    """Rule 13: a declaration, no qbxml instruction, one element a line, requests in order, IDs echoed, plain ASCII."""
    text = sample.text(
        '<HostQueryRq requestID="a&lt;&apos;"/><CustomerQueryRq requestID=""/><AccountQueryRq/>'
        "<VendorQueryRq><FullName>N&apos;&amp;&#233;</FullName></VendorQueryRq>"
    )
    assert text.isascii()
    lines = text.splitlines()
    assert lines[:3] == ['<?xml version="1.0" ?>', "<QBXML>", "<QBXMLMsgsRs>"]
    assert text.endswith("</QBXMLMsgsRs>\n</QBXML>\n")
    assert "<?qbxml" not in text
    for line in lines:
        assert LINE.fullmatch(line), line
    answers = [line for line in lines if "statusCode" in line]
    assert [line.split()[0] for line in answers] == [
        "<HostQueryRs",
        "<CustomerQueryRs",
        "<AccountQueryRs",
        "<VendorQueryRs",
    ]
    assert answers[0].startswith(
        '<HostQueryRs requestID="a&lt;\'" statusCode="0" statusSeverity="Info" statusMessage="Status OK">'
    )
    assert answers[1].startswith('<CustomerQueryRs requestID="" statusCode="0"')
    assert answers[2].startswith('<AccountQueryRs statusCode="0"')
    assert answers[3] == (
        '<VendorQueryRs statusCode="500" statusSeverity="Warn" statusMessage="The query request has not been fully completed. '
        "There was a required element (&quot;N'&amp;&#233;&quot;) that could not be found in QuickBooks.\" />"
    )


def test_two_blanks_stand_where_quickbooks_has_two(books: Books) -> None:
    """rules.md 7: before "QuickBooks error message:" and inside it."""
    text = books.text(
        ADD.replace("Ann", "A:B")
        + ADD.replace("</Name>", "</Name><ParentRef><FullName>X</FullName></ParentRef>")
        + ADD.replace("</Name>", "</Name><TermsRef><FullName>X</FullName></TermsRef>")
    )
    assert text.count(".  QuickBooks error message: ") + text.count("field.  QuickBooks error message: ") >= 3
    assert "Names in this list cannot contain a colon.  The colon is a special character" in text
    assert text.count("Invalid argument.  The specified record") == 2


def test_errors_stop_a_set_where_it_says_so(books: Books) -> None:
    """Rule 12: after the first Error the rest is 3231; a Warn does not stop; continueOnError runs all."""
    missing = "<CustomerQueryRq><FullName>X</FullName></CustomerQueryRq>"
    ignored = ADD.replace("</Name>", "</Name><PrintAs>A</PrintAs>")
    bad = ADD.replace("Ann", "A:B")
    requests = missing + ignored + bad + ADD.replace("Ann", "Bob") + "<InvoiceQueryRq/>" + missing
    stopped = books.ask(requests, "stopOnError")
    assert [one.get("statusCode") for one in stopped] == ["500", "530", "3090", "3231", "3231", "3231"]
    assert [one.get("statusSeverity") for one in stopped] == [
        "Warn",
        "Warn",
        "Error",
        "Error",
        "Error",
        "Error",
    ]
    assert stopped[1].findtext("CustomerRet/Name") == "Ann", "the change was done"
    assert [one.findtext("Name") for one in books.one("<CustomerQueryRq/>")] == ["Ann"]
    ran = books.ask(requests.replace("Ann", "Cid"), "continueOnError")
    assert [one.get("statusCode") for one in ran] == ["500", "530", "3090", "0", "1030", "500"]


@pytest.mark.parametrize("seed", range(8))
def test_no_text_at_all_breaks_it(sample: Books, schema: etree.XMLSchema, seed: int) -> None:
    """Good sets, changed at random in their tags and values: a refusal of the set, or an answer that is valid."""
    chance = random.Random(seed)
    good = framed(
        '<CustomerQueryRq requestID="1" iterator="Start"><MaxReturned>5</MaxReturned><FromModifiedDate>2020-01-01</FromModifiedDate></CustomerQueryRq>'
        + ADD.replace(
            "</Name>", "</Name><BillAddress><Addr1>1 Way</Addr1></BillAddress><CreditLimit>5.00</CreditLimit>"
        )
        + "<ListDeletedQueryRq><ListDelType>Customer</ListDelType></ListDeletedQueryRq>",
        attributes='onError="continueOnError"',
    )
    inside = [
        place for match in re.finditer(">([^<>]+)<", good[len(HEAD) :]) for place in range(*match.span(1))
    ]
    refusals: list[str] = []
    answered = 0
    codes: set[str | None] = set()
    for _ in range(150):
        letters = list(good)
        for _ in range(chance.randint(1, 2)):
            if chance.random() < 0.85:
                letters[len(HEAD) + chance.choice(inside)] = chance.choice("0-5.TZx /:'") * chance.choice(
                    (1, 1, 1, 45)
                )
            else:
                place = chance.randrange(len(HEAD), len(letters) - 40)
                letters[place : place + chance.randint(0, 5)] = chance.choice(
                    ["<", ">", "&", '"', "\x00", "</", "=", "x"]
                )
        try:
            text = sample.processor.process_request(sample.ticket, "".join(letters))
        except QuickBooksError as error:
            refusals.append(error.hresult)
            continue
        document = etree.fromstring(text.encode())
        assert schema.validate(document), (text[:500], schema.error_log.last_error)
        codes |= {one.get("statusCode") for one in document[0]}
        answered += 1
    assert set(refusals) == {"0x80040400"}
    assert answered > 30
    assert {"0", "1", "3020", "3100"} <= codes
