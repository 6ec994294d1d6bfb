"""The part of `doctor` that looks at the machine: is the server up, can the Web Connector reach it."""

from __future__ import annotations

import httpx2

from fieldledger.office.doctor import PASS, WARN, Check
from fieldledger.service.folder import Folder


def server_checks(folder: Folder) -> list[Check]:
    """Asks the server of this data folder for its health, at the address that it was started with."""
    address = folder.address()
    try:
        answer = httpx2.get(f"{address}/healthz", timeout=5)
        healthy = answer.status_code == 200
    except httpx2.HTTPError as error:
        return [
            Check(
                check="server", result=WARN, told=f"No server answers at {address} ({error or type(error).__name__}).",
                todo=f"Start it: fieldledger serve --data {folder.path}",
            )
        ]  # fmt: skip
    if not healthy:
        return [
            Check(
                check="server", result=WARN, told=f"The server at {address} answered {answer.status_code}.",
                todo="See its log.",
            )
        ]  # fmt: skip
    return [Check(check="server", result=PASS, told=f"The server answers at {address}.")]
