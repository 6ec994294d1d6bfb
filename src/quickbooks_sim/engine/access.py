"""Whether a session may begin: the right file, the right mode, and what the administrator has allowed.

Raises what QuickBooks' BeginSession would; never looks at records.
"""

from __future__ import annotations

from pathlib import PureWindowsPath

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.errors import QuickBooksError

_ACCESS = {
    "never_asked": "0x80040418",
    "denied": "0x80040420",
    "revoked": "0x8004041A",
}
_MODES = {0: "single", 1: "multi"}


def check_begin(company: CompanyFile, path: str, mode: int) -> None:
    """Raises QuickBooksError if a session on `path` ("" = the open file) in this mode cannot begin."""
    error = company.switch("begin_error")
    if error != "none":
        raise QuickBooksError(error)
    is_open = company.is_on("open")
    if not path and not is_open:
        raise QuickBooksError("0x80040416")
    if company.is_on("other_file_open"):
        raise QuickBooksError("0x8004040A")
    if path and not _same(company, path):
        raise QuickBooksError("0x8004040A" if is_open else "0x80040403", detail=f"asked for {path}")
    if company.switch("dialog") == "open":
        raise QuickBooksError("0x80040414")
    if mode in _MODES and _MODES[mode] != company.switch("mode"):
        raise QuickBooksError("0x80040410")
    access = company.switch("access")
    if access in _ACCESS:
        raise QuickBooksError(_ACCESS[access])
    if access == "no_auto_login" and not is_open:
        raise QuickBooksError("0x8004041D")


def _same(company: CompanyFile, path: str) -> bool:
    known = (company.switch("company_path"), str(company.path), str(company.path.absolute()))
    return any(PureWindowsPath(path) == PureWindowsPath(one) for one in known)
