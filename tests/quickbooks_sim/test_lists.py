# ruff: noqa: E501 - a request stands on one line, as it is sent
"""The rules of lists: names, parents, references, edit sequences, Ship To, deletion, and the texts of refusals."""

from __future__ import annotations

import pytest

from tests.quickbooks_sim.conftest import Books


def ship_to(name: str, default: str = "false") -> str:
    return f"<ShipToAddress><Name>{name}</Name><Addr1>{name} 1</Addr1><DefaultShipTo>{default}</DefaultShipTo></ShipToAddress>"


def test_names_are_shared_by_customers_vendors_employees_and_others(sample: Books) -> None:
    """Rule 27, without case, and inactive records keep their name."""
    for taken in ("STATE revenue office", "Dana Whitlock", "petty cash, front desk", "Whitfield, George"):
        answer = sample.one(f"<CustomerAddRq><CustomerAdd><Name>{taken}</Name></CustomerAdd></CustomerAddRq>")
        assert answer.get("statusCode") == "3100"
        assert answer.get("statusMessage") == f'The name "{taken}" of the list element is already in use.'
    assert (
        sample.code("<VendorAddRq><VendorAdd><Name>baker residence</Name></VendorAdd></VendorAddRq>")
        == "3100"
    )


def test_the_same_job_name_may_stand_under_two_customers(books: Books) -> None:
    books.add_customer("One")
    books.add_customer("Two")
    for parent in ("One", "Two"):
        ret = books.add_customer("Kitchen", f"<ParentRef><FullName>{parent}</FullName></ParentRef>")
        assert ret.findtext("FullName") == f"{parent}:Kitchen"
        assert ret.findtext("Sublevel") == "1"
    again = "<CustomerAddRq><CustomerAdd><Name>kitchen</Name><ParentRef><FullName>one</FullName></ParentRef></CustomerAdd></CustomerAddRq>"
    assert books.code(again) == "3100"


def test_colon_parent_and_reference_refusals_have_their_texts(books: Books) -> None:
    def message(inner: str) -> tuple[str | None, str | None]:
        answer = books.one(f"<CustomerAddRq><CustomerAdd>{inner}</CustomerAdd></CustomerAddRq>")
        return answer.get("statusCode"), answer.get("statusMessage")

    assert message("<Name>A : B</Name>") == (
        "3090",
        'There was an error when storing "A : B" in the "customer name" field.  QuickBooks error message: Names in '
        "this list cannot contain a colon.  The colon is a special character used to indicate a parent/child "
        "relationship.",
    )
    missing = "QuickBooks error message: Invalid argument.  The specified record does not exist in the list."
    assert message("<Name>C</Name><ParentRef><FullName>Nobody</FullName></ParentRef>") == (
        "3130",
        f'There is an invalid reference to a parent "Nobody" in the Customers list.  {missing}',
    )
    assert message("<Name>C</Name><TermsRef><FullName>Never</FullName></TermsRef>") == (
        "3140",
        f'There is an invalid reference to QuickBooks Terms "Never" in the Customer.  {missing}',
    )


def test_jobs_go_four_levels_deep(books: Books) -> None:
    books.add_customer("L0")
    path = "L0"
    for level in range(1, 5):
        books.add_customer(f"L{level}", f"<ParentRef><FullName>{path}</FullName></ParentRef>")
        path += f":L{level}"
    deeper = f"<CustomerAddRq><CustomerAdd><Name>L5</Name><ParentRef><FullName>{path}</FullName></ParentRef></CustomerAdd></CustomerAddRq>"
    assert books.code(deeper) == "3130"


def test_a_customer_cannot_become_its_own_parent(books: Books) -> None:
    top = books.add_customer("Top")
    job = books.add_customer("Job", "<ParentRef><FullName>Top</FullName></ParentRef>")
    answer = books.mod_customer(top, f"<ParentRef><ListID>{job.findtext('ListID')}</ListID></ParentRef>")
    assert answer.get("statusCode") == "3130"


def test_renaming_a_parent_renames_the_full_names_below(books: Books) -> None:
    top = books.add_customer("Top")
    job = books.add_customer("Job", "<ParentRef><FullName>Top</FullName></ParentRef>")
    books.set(clock="frozen 2026-03-02T10:00:05")
    assert books.mod_customer(top, "<Name>Peak</Name>").get("statusCode") == "0"
    below = books.customer("Peak:Job")
    assert below.findtext("ParentRef/FullName") == "Peak"
    assert below.findtext("EditSequence") == job.findtext("EditSequence")


def test_a_stale_edit_sequence_shows_the_current_record_and_changes_nothing(books: Books) -> None:
    """Capture 096: trailing blank, current Ret inside the error."""
    old = books.add_customer("Ann", "<Phone>1</Phone>")
    books.set(clock="frozen 2026-03-02T10:00:01")
    new = books.mod_customer(old, "<Phone>2</Phone>")[0]
    answer = books.mod_customer(old, "<Phone>3</Phone>")
    assert answer.get("statusCode") == "3200"
    assert (
        answer.get("statusMessage")
        == f'The provided edit sequence "{old.findtext("EditSequence")}" is out-of-date. '
    )
    assert answer[0].findtext("EditSequence") == new.findtext("EditSequence")
    assert books.customer("Ann").findtext("Phone") == "2"


def test_two_edits_in_one_second_share_the_edit_sequence(books: Books) -> None:
    first = books.add_customer("Ann")
    second = books.mod_customer(first, "<Phone>2</Phone>")[0]
    assert second.findtext("EditSequence") == first.findtext("EditSequence")


def test_edit_sequence_and_id_are_unix_seconds_and_the_summer_offset_is_off_by_an_hour(books: Books) -> None:
    books.set(clock="frozen 2026-07-01T12:00:00")
    ret = books.add_customer("Summer")
    assert ret.findtext("TimeCreated") == "2026-07-01T12:00:00-05:00"
    assert ret.findtext("EditSequence") == "1782921600"
    assert (ret.findtext("ListID") or "").endswith("-1782921600")
    books.set(summer_offset="true", clock="frozen 2026-07-01T12:00:01")
    assert books.add_customer("True").findtext("TimeCreated") == "2026-07-01T12:00:01-04:00"


def test_a_balance_moves_time_modified_only(books: Books) -> None:
    from quickbooks_sim.edit import apply_script

    books.add_customer("Top")
    books.add_customer("Job", "<ParentRef><FullName>Top</FullName></ParentRef>")
    before = {name: books.customer(name) for name in ("Top", "Top:Job")}
    books.set(clock="frozen 2026-03-02T11:00:00")
    apply_script(books.company, 'customer "Top:Job" balance 12.50')
    for name, total in (("Top", "12.50"), ("Top:Job", "12.50")):
        after = books.customer(name)
        assert after.findtext("TotalBalance") == total
        assert after.findtext("TimeModified") == "2026-03-02T11:00:00-05:00"
        assert after.findtext("EditSequence") == before[name].findtext("EditSequence")
    assert books.customer("Top").findtext("Balance") == "0.00"


def test_ship_address_mirrors_the_default_ship_to(books: Books) -> None:
    ret = books.add_customer("Ann", ship_to("Home") + ship_to("Shop", "true"))
    assert ret.findtext("ShipAddress/Addr1") == "Shop 1"
    assert [one.findtext("Name") for one in ret.findall("ShipToAddress")] == ["Home", "Shop"]
    none = books.mod_customer(ret, ship_to("Home"))[0]
    assert none.find("ShipAddress") is None
    assert [one.findtext("Name") for one in none.findall("ShipToAddress")] == ["Home"]


def test_ship_to_merges_when_the_switch_says_so(books: Books) -> None:
    ret = books.add_customer("Ann", ship_to("Home") + ship_to("Shop", "true"))
    books.set(ship_to_mod="merge")
    merged = books.mod_customer(ret, ship_to("Cabin", "true"))[0]
    assert [one.findtext("Name") for one in merged.findall("ShipToAddress")] == ["Home", "Shop", "Cabin"]
    assert [one.findtext("DefaultShipTo") for one in merged.findall("ShipToAddress")] == [
        "false",
        "false",
        "true",
    ]


@pytest.mark.parametrize("places", [ship_to("A") + ship_to("a"), ship_to("A", "true") + ship_to("B", "true")])
def test_ship_to_names_are_unique_and_one_is_the_default(books: Books, places: str) -> None:
    assert (
        books.code(f"<CustomerAddRq><CustomerAdd><Name>X</Name>{places}</CustomerAdd></CustomerAddRq>")
        == "3210"
    )


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        (f"<Name>{'n' * 42}</Name>", "3070", f'The string "{"n" * 42}" in the field "Name" is too long.'),
        ("<Name>n</Name><IsActive>yes</IsActive>", "3010", None),
        ("<Name>n</Name><OpenBalance>97.5</OpenBalance>", "3040", None),
        ("<Name>n</Name><JobStartDate>2026-02-30</JobStartDate>", "3020", None),
        ("<Name>n</Name><CurrencyRef><FullName>Euro</FullName></CurrencyRef>", "3250", None),
        ("<Name> </Name>", "3090", None),
    ],
)
def test_values_are_refused_per_request(books: Books, fields: str, code: str, message: str | None) -> None:
    answers = books.ask(
        f"<CustomerAddRq requestID='1'><CustomerAdd>{fields}</CustomerAdd></CustomerAddRq><HostQueryRq requestID='2'/>"
    )
    assert [one.get("statusCode") for one in answers] == [code, "0"]
    assert message in (None, answers[0].get("statusMessage"))


def test_an_ignored_field_warns_and_the_rest_is_done(books: Books) -> None:
    answer = books.one(
        "<CustomerAddRq><CustomerAdd><Name>Ann</Name><PrintAs>A</PrintAs><Phone>1</Phone></CustomerAdd></CustomerAddRq>"
    )
    assert (answer.get("statusCode"), answer.get("statusSeverity")) == ("530", "Warn")
    assert answer[0].findtext("Phone") == "1"
    assert answer[0].find("PrintAs") is None


def test_an_empty_element_clears_and_a_missing_one_stays(books: Books) -> None:
    ret = books.add_customer("Ann", "<Phone>1</Phone><Fax>2</Fax>")
    after = books.mod_customer(ret, "<Phone></Phone>")[0]
    assert after.find("Phone") is None
    assert after.findtext("Fax") == "2"
    assert [one.findtext("ContactName") for one in after.findall("AdditionalContactRef")] == ["Fax"]


def test_lines_of_an_address_that_are_not_sent_stay_or_go_as_the_switch_says(books: Books) -> None:
    ret = books.add_customer(
        "Ann", "<BillAddress><Addr1>1 Way</Addr1><Addr2>Rear</Addr2><City>Harlow</City></BillAddress>"
    )
    change = "<BillAddress><Addr1>2 Way</Addr1><Addr2></Addr2></BillAddress>"
    address = books.mod_customer(ret, change)[0].find("BillAddress")
    assert address is not None
    assert [(one.tag, one.text) for one in address] == [("Addr1", "2 Way"), ("City", "Harlow")]
    books.set(address_mod="replace")
    address = books.mod_customer(ret, change)[0].find("BillAddress")
    assert address is not None
    assert [(one.tag, one.text) for one in address] == [("Addr1", "2 Way")]
    assert books.mod_customer(ret, "<BillAddress></BillAddress>")[0].find("BillAddressBlock") is None


def test_missing_records(books: Books) -> None:
    books.add_customer("Ann")
    answer = books.one(
        "<CustomerQueryRq><FullName>Nobody</FullName><FullName>ann</FullName></CustomerQueryRq>"
    )
    assert (answer.get("statusCode"), answer.get("statusSeverity"), len(answer)) == ("500", "Warn", 1)
    assert answer.get("statusMessage") == (
        "The query request has not been fully completed. There was a required element "
        '("Nobody") that could not be found in QuickBooks.'
    )
    nothing = books.one(
        "<CustomerQueryRq><NameFilter><MatchCriterion>Contains</MatchCriterion><Name>zz</Name></NameFilter></CustomerQueryRq>"
    )
    assert (nothing.get("statusCode"), nothing.get("statusSeverity")) == ("1", "Info")
    assert books.code("<CustomerQueryRq><ListID>nonsense</ListID></CustomerQueryRq>") == "3000"
    mod = "<CustomerModRq><CustomerMod><ListID>8000FFFF-1</ListID><EditSequence>1</EditSequence></CustomerMod></CustomerModRq>"
    assert books.code(mod) == "3120"


def test_filters(sample: Books) -> None:
    def found(inner: str) -> list[str | None]:
        return [one.findtext("FullName") for one in sample.one(f"<CustomerQueryRq>{inner}</CustomerQueryRq>")]

    everyone = found("<ActiveStatus>All</ActiveStatus>")
    assert len(everyone) == 40
    assert (
        set(everyone) - set(found(""))
        == set(found("<ActiveStatus>InactiveOnly</ActiveStatus>"))
        == {
            "Main St. Market",
            "Whitfield, George",
        }
    )
    assert found(
        "<NameFilter><MatchCriterion>StartsWith</MatchCriterion><Name>ander</Name></NameFilter>"
    ) == [
        "Andersen, Liv",
        "Anderson, Liv",
        "Anderson, Liv:Bathroom",
    ]
    assert found("<NameRangeFilter><FromName>U</FromName><ToName>W</ToName></NameRangeFilter>") == [
        "Union Street Laundry",
        "Walk-in customer",
    ]
    assert found("<MaxReturned>2</MaxReturned>") == everyone[:2]
    rich = "<TotalBalanceFilter><Operator>GreaterThan</Operator><Amount>10000</Amount></TotalBalanceFilter>"
    assert found(rich) == ["Terrace Hotel", "Terrace Hotel:Spa wing"]


def test_modified_dates_are_wall_time(books: Books) -> None:
    for hour in ("09", "11"):
        books.set(clock=f"frozen 2026-07-01T{hour}:00:00")
        books.add_customer(f"At {hour}")

    def found(stamp: str) -> list[str | None]:
        answer = books.one(f"<CustomerQueryRq><FromModifiedDate>{stamp}</FromModifiedDate></CustomerQueryRq>")
        return [one.findtext("Name") for one in answer]

    assert found("2026-07-01T10:00:00") == ["At 11"]
    assert found("2026-07-01T11:00:00") == ["At 11"]
    # With an offset it is an instant: 15:00 UTC is 11:00 in New York in summer.
    assert found("2026-07-01T15:00:01+00:00") == []
    assert found("2026-07-01T14:30:00+00:00") == ["At 11"]
    backwards = "<FromModifiedDate>2026-07-02</FromModifiedDate><ToModifiedDate>2026-07-01</ToModifiedDate>"
    assert books.code(f"<CustomerQueryRq>{backwards}</CustomerQueryRq>") == "3030"
    assert (
        books.code("<CustomerQueryRq><FromModifiedDate>2026-13-01</FromModifiedDate></CustomerQueryRq>")
        == "3020"
    )


def test_include_ret_element_and_meta_data(sample: Books) -> None:
    answer = sample.one(
        '<CustomerQueryRq metaData="MetaDataAndResponseData"><MaxReturned>3</MaxReturned>'
        "<IncludeRetElement>ListID</IncludeRetElement><IncludeRetElement>Name</IncludeRetElement></CustomerQueryRq>"
    )
    assert [[child.tag for child in ret] for ret in answer] == [["ListID", "Name"]] * 3
    only = sample.one('<CustomerQueryRq metaData="MetaDataOnly"/>')
    assert (only.get("retCount"), len(only)) == ("38", 0)
