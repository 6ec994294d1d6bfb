"""Answers about QuickBooks and the company itself: host, company, preferences, activity.

What never changes while a file is open is stored as documents in the company file; mode, versions, rights and
private data are added from where they live.
"""

from __future__ import annotations

from lxml import etree

from quickbooks_sim.engine.answer import Answer, Context
from quickbooks_sim.engine.queries import texts
from quickbooks_sim.engine.render import PERSONAL, Renderer, data_extensions
from quickbooks_sim.fields import Fields, group_of, in_order, replaced, text_of, without
from quickbooks_sim.tables.company import CAPACITIES, COMPANY_ORDER, HOST_ORDER, PREFERENCES_ORDER
from quickbooks_sim.tables.lists import PREFERRED
from quickbooks_sim.tables.switches import QBXML_VERSIONS


def _shown(request: etree._Element, name: str, fields: Fields, order: dict[str, int]) -> Answer:
    wanted = texts(request, "IncludeRetElement")
    if wanted:
        fields = [item for item in fields if item[0] in wanted]
    return Answer(fields=[(name, in_order(fields, order))])


def host_query(context: Context, request: etree._Element) -> Answer:
    """HostQuery: product, versions, file mode, and the capacities of lists if asked."""
    company = context.company
    fields = without(
        company.document("HostRet"), "Country", "SupportedQBXMLVersion", "QBFileMode", "ListMetaData"
    )
    fields.append(("Country", company.switch("country")))
    highest = QBXML_VERSIONS.index(company.switch("qbxml_version"))
    fields += [("SupportedQBXMLVersion", version) for version in QBXML_VERSIONS[: highest + 1]]
    fields.append(("QBFileMode", "SingleUser" if company.switch("mode") == "single" else "MultiUser"))
    if (request.findtext("IncludeListMetaData/IncludeMaxCapacity") or "").strip() in ("true", "1"):
        capacities: Fields = [
            (f"{name}MetaData", [("MaxCapacity", str(number))]) for name, number in CAPACITIES
        ]
        fields.append(("ListMetaData", capacities))
    return _shown(request, "HostRet", fields, HOST_ORDER)


def company_query(context: Context, request: etree._Element) -> Answer:
    """CompanyQuery: names, addresses, and the private data of the owners that are asked for."""
    fields = context.company.document("CompanyRet")
    if not context.company.is_on("personal_data"):
        fields = without(fields, *PERSONAL)
    fields = fields + data_extensions(context.company, texts(request, "OwnerID"), "Company", "")
    return _shown(request, "CompanyRet", fields, COMPANY_ORDER)


def preferences_query(context: Context, request: etree._Element) -> Answer:
    """PreferencesQuery: the stored preferences, and what this application was allowed."""
    company = context.company
    stored = company.document("PreferencesRet")
    automatic = company.switch("access") == "granted"
    # The right to log in that came with a loaded response stays as it was printed.
    rights: Fields = [
        (
            "IsAutomaticLoginAllowed",
            text_of(
                group_of(stored, "CurrentAppAccessRights"),
                "IsAutomaticLoginAllowed",
                "true" if automatic else "false",
            ),
        ),
        ("IsPersonalDataAccessAllowed", company.switch("personal_data")),
    ]
    renderer = Renderer(company)
    fields: Fields = [
        (group, [_current(renderer, *item) for item in content] if isinstance(content, list) else content)
        for group, content in replaced(stored, "CurrentAppAccessRights", rights)
    ]
    return _shown(request, "PreferencesRet", fields, PREFERENCES_ORDER)


def _current(renderer: Renderer, name: str, content: str | Fields) -> tuple[str, str | Fields]:
    space = PREFERRED.get(name)
    return (
        name,
        content if space is None or isinstance(content, str) else renderer.reference(space, content),
    )


def activity_query(context: Context, request: etree._Element) -> Answer:
    """CompanyActivityQuery: when the file was last restored or condensed; absent if never."""
    clock = context.company.clock()
    fields: Fields = []
    for element, switch in (("LastRestoreTime", "last_restore"), ("LastCondenseTime", "last_condense")):
        second = context.company.switch(switch)
        if second:
            fields.append((element, clock.printed(int(second))))
    return _shown(request, "CompanyActivityRet", fields, {"LastRestoreTime": 0, "LastCondenseTime": 1})
