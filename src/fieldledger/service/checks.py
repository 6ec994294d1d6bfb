"""The part of `doctor` that looks at the machine: is the server up, can the Web Connector reach it."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx2

from fieldledger.office.doctor import PASS, WARN, Check
from fieldledger.service.folder import Folder


def server_checks(folder: Folder) -> list[Check]:
    """Asks the server of this data folder for its health, at the address that it was started with."""
    address = folder.address()
    try:
        local = urlsplit(address).hostname == "localhost"  # a proxy is for what is elsewhere
        answer = httpx2.get(f"{address}/healthz", timeout=5, trust_env=not local)
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        return [
            Check(
                check="server", result=WARN, told=f"No server answers at {address} ({error or type(error).__name__}).",
                todo=f"Start it: fieldledger serve --data {folder.path}",
            )
        ]  # fmt: skip
    if answer.status_code != 200:
        return [
            Check(
                check="server", result=WARN, told=f"The server at {address} answered {answer.status_code}.",
                todo="See its log.",
            )
        ]  # fmt: skip
    return [Check(check="server", result=PASS, told=f"The server answers at {address}.")]
