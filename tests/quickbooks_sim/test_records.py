# ruff: noqa: E501 - a request stands on one line, as it is sent
"""Deletion, IDs, tax items, locks, the shared name list, characters, custom fields and private data."""

from __future__ import annotations

from tests.quickbooks_sim.conftest import Books


def test_deleting(books: Books) -> None:
    top = books.add_customer("Top")
    job = books.add_customer("Job", "<ParentRef><FullName>Top</FullName></ParentRef>")

    def delete(ret_id: str | None) -> str:
        return f"<ListDelRq><ListDelType>Customer</ListDelType><ListID>{ret_id}</ListID></ListDelRq>"

    assert books.code(delete(top.findtext("ListID"))) == "3176"
    gone = books.one(delete(job.findtext("ListID")))
    assert [child.tag for child in gone] == ["ListDelType", "ListID", "TimeDeleted", "FullName"]
    assert books.code(delete(job.findtext("ListID"))) == "3120"
    listed = books.one("<ListDeletedQueryRq><ListDelType>Customer</ListDelType></ListDeletedQueryRq>")
    assert [one.findtext("FullName") for one in listed] == ["Top:Job"]
    books.set(clock="frozen 2026-06-30T10:00:00")
    assert books.code("<ListDeletedQueryRq><ListDelType>Customer</ListDelType></ListDeletedQueryRq>") == "1"


def test_deleting_in_multi_user_mode_follows_the_switch(books: Books) -> None:
    """Rule 33: status 0 and the record is kept inactive; or the documented refusal."""
    ret = books.add_customer("Ann")
    request = (
        f"<ListDelRq><ListDelType>Customer</ListDelType><ListID>{ret.findtext('ListID')}</ListID></ListDelRq>"
    )
    books.set(mode="multi", list_del_multi_user="refuse")
    assert books.code(request) == "3160"
    books.set(list_del_multi_user="inactive")
    assert books.code(request) == "0"
    assert books.customer("Ann").findtext("IsActive") == "false"


def test_what_is_referred_to_cannot_be_deleted(sample: Books) -> None:
    terms = sample.one("<StandardTermsQueryRq><FullName>Net 30</FullName></StandardTermsQueryRq>")[
        0
    ].findtext("ListID")
    assert (
        sample.code(
            f"<ListDelRq><ListDelType>StandardTerms</ListDelType><ListID>{terms}</ListID></ListDelRq>"
        )
        == "3176"
    )
    code = sample.one("<SalesTaxCodeQueryRq><FullName>Non</FullName></SalesTaxCodeQueryRq>")[0].findtext(
        "ListID"
    )
    assert (
        sample.code(f"<ListDelRq><ListDelType>SalesTaxCode</ListDelType><ListID>{code}</ListID></ListDelRq>")
        == "3176"
    )


def test_ids_are_unique_within_a_list_only(books: Books) -> None:
    terms = books.one(
        "<StandardTermsAddRq><StandardTermsAdd><Name>Net 9</Name><StdDueDays>9</StdDueDays></StandardTermsAdd></StandardTermsAddRq>"
    )[0]
    assert terms.findtext("ListID") == books.add_customer("Ann").findtext("ListID")
    books.set(list_id_style="old")
    assert (books.add_customer("Bob").findtext("ListID") or "").startswith("20000-")


def test_tax_items_need_an_agency_for_a_rate(books: Books) -> None:
    add = "<ItemSalesTaxAddRq><ItemSalesTaxAdd><Name>County</Name><TaxRate>7.5</TaxRate>{}</ItemSalesTaxAdd></ItemSalesTaxAddRq>"
    assert books.code(add.format("")) == "3180"
    books.one("<VendorAddRq><VendorAdd><Name>Treasurer</Name></VendorAdd></VendorAddRq>")
    ret = books.one(add.format("<TaxVendorRef><FullName>treasurer</FullName></TaxVendorRef>"))[0]
    assert (ret.findtext("TaxRate"), ret.findtext("TaxVendorRef/FullName")) == ("7.50", "Treasurer")


def test_locks_read_only_and_busy_lists(books: Books) -> None:
    from quickbooks_sim.edit import apply_script

    ret = books.add_customer("Ann")
    apply_script(books.company, "lock customer Ann")
    assert books.mod_customer(ret, "<Phone>1</Phone>").get("statusCode") == "3175"
    apply_script(books.company, "unlock customer Ann")
    books.set(list_busy="1")
    busy = books.mod_customer(ret, "<Phone>1</Phone>")
    assert busy.get("statusCode") == "3180"
    assert "modified by another user" in (busy.get("statusMessage") or "")
    assert books.mod_customer(ret, "<Phone>1</Phone>").get("statusCode") == "0"
    books.set(read_only="true")
    assert books.mod_customer(ret, "<Phone>2</Phone>").get("statusCode") == "3263"


def test_new_customers_get_the_tax_defaults_when_sales_tax_is_on(sample: Books, books: Books) -> None:
    ret = sample.add_customer("New One")
    assert ret.findtext("SalesTaxCodeRef/FullName") == "Tax"
    assert ret.findtext("ItemSalesTaxRef/FullName") == "Alder County"
    assert books.add_customer("New One").find("SalesTaxCodeRef") is None


def test_entity_query_says_which_list_holds_a_name(sample: Books) -> None:
    answer = sample.one(
        "<EntityQueryRq><FullName>luis ferrer</FullName><FullName>Café Société</FullName></EntityQueryRq>".replace(
            "é", "&#233;"
        )
    )
    assert [one.tag for one in answer] == ["EmployeeRet", "CustomerRet"]


def test_only_windows_characters_are_stored(books: Books) -> None:
    assert books.add_customer("Zo&#235; &#9731;").findtext("Name") == "Zoë ?"
    text = books.text("<CustomerQueryRq/>")
    assert text.isascii()
    assert "Zo&#235; ?" in text


def test_custom_fields_and_private_data(books: Books) -> None:
    books.one(
        "<DataExtDefAddRq><DataExtDefAdd><OwnerID>0</OwnerID><DataExtName>Gate code</DataExtName>"
        "<DataExtType>STR255TYPE</DataExtType><AssignToObject>Customer</AssignToObject></DataExtDefAdd></DataExtDefAddRq>"
    )
    ret = books.add_customer("Ann")
    books.set(clock="frozen 2026-03-02T12:00:00")
    target = "<OwnerID>0</OwnerID><DataExtName>gate code</DataExtName><ListDataExtType>Customer</ListDataExtType><ListObjRef><FullName>Ann</FullName></ListObjRef>"
    assert (
        books.code(
            f"<DataExtModRq><DataExtMod>{target}<DataExtValue>4711</DataExtValue></DataExtMod></DataExtModRq>"
        )
        == "0"
    )
    plain = books.customer("Ann")
    assert plain.find("DataExtRet") is None
    assert plain.findtext("TimeModified") == "2026-03-02T12:00:00-05:00"
    assert plain.findtext("EditSequence") == ret.findtext("EditSequence")
    asked = books.one("<CustomerQueryRq><FullName>Ann</FullName><OwnerID>0</OwnerID></CustomerQueryRq>")[0]
    assert asked.findtext("DataExtRet/DataExtValue") == "4711"
    assert books.code("<DataExtDefQueryRq/>") == "1"
    assert books.code(f"<DataExtDelRq><DataExtDel>{target}</DataExtDel></DataExtDelRq>") == "0"
    owner = "{11111111-2222-3333-4444-555555555555}"
    books.processor.store_private_data(owner, "FileID", "{1}")
    books.processor.store_private_data(owner, "AppLock", "LOCKED")
    company = books.one(f"<CompanyQueryRq><OwnerID>{owner}</OwnerID></CompanyQueryRq>")[0]
    assert [one.findtext("DataExtName") for one in company.findall("DataExtRet")] == ["AppLock", "FileID"]
    assert books.one("<CompanyQueryRq/>")[0].find("DataExtRet") is None
