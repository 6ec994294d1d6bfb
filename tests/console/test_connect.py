"""Connecting: the file, the steps in words, what is in place, and what to do when it is refused or lost."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.console.conftest import ADDRESS, HERE, looking, part, read, words
from tests.support.world import World


def test_the_steps_lead_from_the_backup_to_auto_run(fresh: World) -> None:
    """spec 8.1: a backup, Admin, single-user mode, the guide's steps."""
    with looking(fresh) as pages:
        page = read(pages, "/connect")
        steps = [words(step) for step in page.xpath("//ol[@class='big-steps']/li")]
        for step, told in zip(
            steps,
            ("Back Up Company", "Admin", "Download fieldledger-c1.qwc", "Add an Application", "Yes, always",
             "fieldledger-c1", "Update Selected", "Auto-Run"),
            strict=True,
        ):  # fmt: skip
            assert told in step
        assert "Switch to Single-user Mode" in steps[1]
        assert "every 15 minutes" in steps[-1]
        assert "fieldledger company password c1" in words(part(page, "The password was lost?"))


def test_the_file_is_the_same_every_time(fresh: World) -> None:
    with looking(fresh) as pages:
        link = read(pages, "/connect").xpath("//a[@download]/@href")[0]
        first, second = pages.get(link), pages.get(link)
        assert first.content == second.content
        assert first.headers["content-disposition"] == 'attachment; filename="fieldledger-c1.qwc"'
        app = etree.fromstring(first.content)
        assert app.findtext("AppURL") == f"{ADDRESS}/qbwc"
        assert app.findtext("UserName") == "fieldledger-c1"
        assert b"secret" not in first.content, "the file holds no password"


@pytest.mark.parametrize(
    ("address", "code"), [("http://192.168.1.20:8500", "QBWC1001"), ("http://books.example.com", "QBWC1010")]
)
def test_an_address_that_would_be_refused_is_told_before_anybody_tries(
    fresh: World, address: str, code: str
) -> None:
    with looking(fresh, address) as pages:
        page = read(pages, "/connect")
        warning = words(page.xpath("//*[@role='alert']")[0])
        assert code in warning
        assert address in warning
        assert "--public-url" in warning
        assert not page.xpath("//a[@download]")
        assert "Step by step" in words(page), "what to do stays readable"
        again = read(pages, "/connect/file.qwc", 409)
        assert code in words(again.xpath("//*[@role='alert']")[0])


def test_it_shows_when_quickbooks_has_called(fresh: World) -> None:
    with looking(fresh) as pages:
        assert "The Web Connector has not called yet." in words(part(read(pages, "/connect"), "Contact"))
        assert "Not yet" in words(read(pages, "/connect/contact"))
        fresh.session()
        assert "QuickBooks calls every 15 minutes." in words(read(pages, "/connect/contact"))
        page = read(pages, "/connect")
        assert "Test Company" in words(part(page, "Contact"))
        checks = words(part(page, "Is everything in place?"))
        assert "Passed: The journal is sound." in checks
        assert "QuickBooks is in SingleUser mode." in checks


def test_what_stands_in_the_way_is_told_with_what_to_do(fresh: World) -> None:
    fresh.edit("mode multi")
    fresh.session()
    with looking(fresh) as pages:
        checks = part(read(pages, "/connect"), "Is everything in place?")
        warned = [words(line) for line in checks.xpath(".//li[@class='warn']")]
        assert any("Switch to Single-user Mode" in line for line in warned)
        assert read(pages).xpath(f"//a[@href='{HERE}/connect']")
