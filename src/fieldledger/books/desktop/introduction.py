"""What QuickBooks tells of itself: host, company, preferences, activity; and whether this version will do."""

from __future__ import annotations

import re

from lxml import etree

from fieldledger.books.desktop import leaf
from fieldledger.session.ports import Activity, CompanyInfo, HostInfo, PreferencesInfo

NEEDED = (13, 0)
_NUMBER = re.compile(r"(\d{1,4})\.(\d{1,4})", re.ASCII)


def host(element: etree._Element) -> HostInfo:
    versions = (leaf.text(version.text) for version in element.iter("SupportedQBXMLVersion"))
    return HostInfo(
        product=_text(element, "ProductName"),
        major=_text(element, "MajorVersion"),
        minor=_text(element, "MinorVersion"),
        country=_text(element, "Country"),
        versions=tuple(version for version in versions if version),
        file_mode=_text(element, "QBFileMode"),
        automatic_login=_flag(element, "IsAutomaticLogin"),
    )


def company(element: etree._Element) -> CompanyInfo:
    """file_ids: the private data named FileID, by its owner."""
    return CompanyInfo(
        name=_text(element, "CompanyName"),
        legal_name=_text(element, "LegalCompanyName"),
        is_sample=_flag(element, "IsSampleCompany"),
        file_ids=tuple(
            (_text(data, "OwnerID"), _text(data, "DataExtValue"))
            for data in element.iter("DataExtRet")
            if _text(data, "DataExtName") == "FileID"
        ),
    )


def preferences(element: etree._Element) -> PreferencesInfo:
    """QuickBooks leaves out the sales tax preferences where sales tax is switched off."""
    return PreferencesInfo(
        closing_date=_text(element, "AccountingPreferences/ClosingDate") or None,
        sales_tax=element.find("SalesTaxPreferences") is not None,
        inventory=_flag(element, "PurchasesAndVendorsPreferences/IsUsingInventory"),
        multicurrency=_flag(element, "MultiCurrencyPreferences/IsMultiCurrencyOn"),
        account_numbers=_flag(element, "AccountingPreferences/IsUsingAccountNumbers"),
        personal_data_allowed=_flag(element, "CurrentAppAccessRights/IsPersonalDataAccessAllowed"),
        automatic_login_allowed=_flag(element, "CurrentAppAccessRights/IsAutomaticLoginAllowed"),
    )


def activity(element: etree._Element) -> Activity:
    return Activity(
        last_restore=_text(element, "LastRestoreTime") or None,
        last_condense=_text(element, "LastCondenseTime") or None,
    )


def unfit(info: HostInfo, major: int, minor: int) -> str | None:
    """Why this QuickBooks will not do. Versions compare as numbers; country versions (CA3.0) are older than any
    that would do. major, minor: the Web Connector's word, which stands in where QuickBooks did not tell."""
    told = [
        (int(match[1]), int(match[2])) for version in info.versions if (match := _NUMBER.fullmatch(version))
    ]
    newest = max(told, default=(major, minor) if major else None)
    if newest is None or newest >= NEEDED:
        return None
    product = info.product or "this QuickBooks"
    return (
        f"qbXML 13.0, QuickBooks 2014 or newer, is needed; {product} speaks qbXML {newest[0]}.{newest[1]} at most. "
        "Nothing was read or changed."
    )


def _text(element: etree._Element, path: str) -> str:
    return leaf.text(element.findtext(path)) or ""


def _flag(element: etree._Element, path: str) -> bool | None:
    return leaf.flag(element.findtext(path))
