"""What QuickBooks tells of itself, and whether it will do."""

from __future__ import annotations

import pytest

from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.session.ports import Activity, AnswerHead, CompanyInfo, HostInfo, PreferencesInfo
from tests.books.wire import answer, message_set, whole, without_heads


def told(message: str, content: str) -> object:
    (item,) = without_heads(whole(message_set(answer(message, content))))
    return item


@pytest.mark.parametrize(
    ("versions", "major", "minor", "newest"),
    [
        (("1.0", "5.0"), 0, 0, "5.0"),
        (("1.0", "5.0"), 13, 0, "5.0"),
        (("9.0", "12.0", "2.1"), 0, 0, "12.0"),
        (("12.0", "9.0", "10.0"), 0, 0, "12.0"),
        (("CA3.0",), 3, 0, "3.0"),
        (("CA3.0",), 13, 0, None),
        ((), 5, 0, "5.0"),
        (("1.0", "13.0"), 0, 0, None),
        (("1.0", "13.0"), 5, 0, None),
        (("13.0", "14.0", "16.0", "2.0"), 0, 0, None),
        (("CA3.0", "13.0"), 0, 0, None),
        ((), 13, 0, None),
        ((), 0, 0, None),
        (("nonsense", "١٣.٠"), 0, 0, None),
    ],
)
def test_which_versions_will_do(
    versions: tuple[str, ...], major: int, minor: int, newest: str | None
) -> None:
    """Versions compare as numbers, whatever order they come in; where nothing is told, QuickBooks will tell."""
    why = DesktopBooks().unfit(HostInfo(product="QuickBooks Pro 2006", versions=versions), major, minor)
    assert why == (
        newest
        and f"qbXML 13.0, QuickBooks 2014 or newer, is needed; QuickBooks Pro 2006 speaks qbXML {newest} at most. "
        "Nothing was read or changed."
    )


def test_a_quickbooks_without_a_name_is_told_too() -> None:
    why = DesktopBooks().unfit(HostInfo(), 5, 0)
    assert why is not None
    assert why.startswith(
        "qbXML 13.0, QuickBooks 2014 or newer, is needed; this QuickBooks speaks qbXML 5.0 at most."
    )


def test_host_with_little_in_it() -> None:
    assert told("HostQuery", "<HostRet/>") == HostInfo()
    content = (
        "<HostRet><ProductName> QuickBooks </ProductName><SupportedQBXMLVersion/>"
        "<SupportedQBXMLVersion> 13.0 </SupportedQBXMLVersion><IsAutomaticLogin>maybe</IsAutomaticLogin></HostRet>"
    )
    assert told("HostQuery", content) == HostInfo(
        product="QuickBooks", versions=("13.0",), automatic_login=None
    )


def test_company_with_the_marks_of_several_applications() -> None:
    """The Web Connector files an AppLock beside our FileID; other applications have theirs."""
    marks = "".join(
        f"<DataExtRet><OwnerID>{owner}</OwnerID><DataExtName>{name}</DataExtName><DataExtValue>{value}</DataExtValue>"
        "</DataExtRet>"
        for owner, name, value in (
            ("{a}", "AppLock", "LOCKED"), ("{a}", " FileID ", " {1} "), ("{b}", "FileID", "{2}"), ("{c}", "Other", "x"),
        )
    )  # fmt: skip
    named = "<CompanyName>Rock &amp; Castle</CompanyName><IsSampleCompany>1</IsSampleCompany>"
    content = f"<CompanyRet>{named}{marks}</CompanyRet>"
    assert told("CompanyQuery", content) == CompanyInfo(
        name="Rock & Castle", is_sample=True, file_ids=(("{a}", "{1}"), ("{b}", "{2}"))
    )


def test_preferences() -> None:
    """The closing date keeps its text; what is not told is None."""
    assert told("PreferencesQuery", "<PreferencesRet/>") == PreferencesInfo(sales_tax=False)
    content = (
        "<PreferencesRet><AccountingPreferences><IsUsingAccountNumbers>true</IsUsingAccountNumbers>"
        "<ClosingDate>2025-12-31</ClosingDate></AccountingPreferences><MultiCurrencyPreferences><IsMultiCurrencyOn>"
        "false</IsMultiCurrencyOn></MultiCurrencyPreferences><PurchasesAndVendorsPreferences><IsUsingInventory>1"
        "</IsUsingInventory></PurchasesAndVendorsPreferences><SalesTaxPreferences/><CurrentAppAccessRights>"
        "<IsAutomaticLoginAllowed>0</IsAutomaticLoginAllowed><IsPersonalDataAccessAllowed>odd"
        "</IsPersonalDataAccessAllowed></CurrentAppAccessRights></PreferencesRet>"
    )
    assert told("PreferencesQuery", content) == PreferencesInfo(
        closing_date="2025-12-31", sales_tax=True, inventory=True, multicurrency=False, account_numbers=True,
        personal_data_allowed=None, automatic_login_allowed=False,
    )  # fmt: skip


def test_activity_keeps_its_texts() -> None:
    """spec 8.2: a moved LastRestoreTime means a restored backup; it is compared as text."""
    times = "<LastRestoreTime>2026-01-02T03:04:05-05:00</LastRestoreTime><LastCondenseTime/>"
    content = f"<CompanyActivityRet>{times}</CompanyActivityRet>"
    assert told("CompanyActivityQuery", content) == Activity(last_restore="2026-01-02T03:04:05-05:00")


def test_an_introduction_that_failed_tells_nothing() -> None:
    (head,) = whole(message_set(answer("HostQuery", code="3260", told="Insufficient permission level")))
    assert isinstance(head, AnswerHead)
    assert head.outcome.verdict == "not_allowed"
