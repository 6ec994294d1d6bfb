"""The .qwc file of a company: the same one every time, so that nobody ends up with a second connection to one file."""

from __future__ import annotations

from fieldledger.drive.webconnector.qwc import write_qwc
from fieldledger.journal import Journal
from fieldledger.office.companies import find
from fieldledger.office.errors import CannotDo
from fieldledger.policy.settings import complete
from fieldledger.session.identity import OWNER_ID


def text(journal: Journal, company: str, address: str) -> str:
    """address: of this server, without a path. Raises `CannotDo` when the Web Connector would refuse it."""
    with journal.read() as tx:
        found = find(tx, company)
    try:
        return write_qwc(
            app_url=address.rstrip("/") + "/qbwc",
            user=found.user,
            owner_id=OWNER_ID,
            file_id="{" + found.file_id.upper() + "}",
            company_name=found.name,
            every_minutes=int(complete(found.settings)["schedule"]),
        )
    except ValueError as error:
        raise CannotDo(str(error)) from None


def file_name(company: str) -> str:
    return f"fieldledger-{company}.qwc"
