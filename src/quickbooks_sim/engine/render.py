"""Turns records into the Ret elements of an answer, in the official order.

What is derived (names of parents and of references, levels, balances) is added here and never stored.
"""

from __future__ import annotations

from collections.abc import Iterable

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.fields import Fields, in_order, text_of
from quickbooks_sim.money import amount
from quickbooks_sim.records import Record
from quickbooks_sim.tables.lists import KINDS, REFERENCES

PERSONAL = frozenset({"CreditCardInfo", "SSN"})
"""Elements that are left out, without an error, when the application may not read personal data."""


class Renderer:
    """Makes Ret elements for one answer; remembers the names of references while it does."""

    def __init__(
        self, company: CompanyFile, elements: Iterable[str] = (), owners: Iterable[str] = ()
    ) -> None:
        """`elements`: the IncludeRetElement names (empty = all); `owners`: OwnerIDs whose data is wanted."""
        self._company = company
        self._elements = frozenset(elements)
        self._owners = tuple(owners)
        self._names: dict[tuple[str, str], str | None] = {}
        self._hidden = frozenset() if company.is_on("personal_data") else PERSONAL
        if not company.is_on("external_guid"):
            self._hidden |= {"ExternalGUID"}

    def ret(self, record: Record) -> tuple[str, Fields]:
        """The Ret element of a record."""
        kind = KINDS[record.kind]
        fields: Fields = [
            ("ListID", record.list_id),
            ("TimeCreated", record.created_text),
            ("TimeModified", record.modified_text),
            ("EditSequence", record.edit_sequence),
            ("Name", record.name),
        ]
        if kind.has_full_name:
            fields.append(("FullName", record.full_name))
        fields.append(("IsActive", "true" if record.is_active else "false"))
        if kind.hierarchical:
            if record.parent_id is not None:
                parent = record.full_name.rpartition(":")[0]
                fields.append(("ParentRef", [("ListID", record.parent_id), ("FullName", parent)]))
            fields.append(("Sublevel", str(record.sublevel)))
        if kind.has_balance:
            fields.append(("Balance", amount(record.balance)))
            if kind.hierarchical:
                fields.append(("TotalBalance", amount(record.total_balance)))
        for name, content in record.body:
            if name in self._hidden or (self._elements and name not in self._elements):
                continue
            if name in REFERENCES and isinstance(content, list):
                content = self.reference(KINDS[REFERENCES[name].kinds[0]].space, content)
            fields.append((name, content))
        fields.extend(self._data(record.space, record.list_id))
        if self._elements:
            fields = [item for item in fields if item[0] in self._elements]
        return f"{record.kind}Ret", in_order(fields, kind.order)

    def reference(self, space: str, content: Fields) -> Fields:
        """A reference into this space with the name that its target has now."""
        list_id = text_of(content, "ListID")
        known = self._names.get((space, list_id), "")
        if known == "":
            row = self._company.execute(
                "select full_name from record where space = ? and list_id = ?", (space, list_id)
            ).fetchone()
            known = None if row is None else row["full_name"]
            self._names[space, list_id] = known
        return content if known is None else [("ListID", list_id), ("FullName", known)]

    def _data(self, space: str, list_id: str) -> Fields:
        return data_extensions(self._company, self._owners, space, list_id) if self._owners else []


def data_extensions(company: CompanyFile, owners: Iterable[str], space: str, list_id: str) -> Fields:
    """The DataExtRet elements of a record (or of the company: space "Company", ID "") for these owners."""
    found: Fields = []
    for owner in owners:
        rows = company.execute(
            "select * from data_extension where space = ? and list_id = ? and owner_id = ? order by name_key",
            (space, list_id, owner),
        )
        for row in rows.fetchall():
            found.append(
                (
                    "DataExtRet",
                    [
                        ("OwnerID", row["owner_id"]),
                        ("DataExtName", row["name"]),
                        ("DataExtType", row["type"]),
                        ("DataExtValue", row["value"]),
                    ],
                )
            )
    return found
