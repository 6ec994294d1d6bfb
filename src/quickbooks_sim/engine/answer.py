"""What a request gets as an answer, and what an operation may use while it makes one.

Values only; writing them as text is in `fields`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.engine.iterators import Iterators
from quickbooks_sim.fields import Fields, attributes, write
from quickbooks_sim.status import OK, Status


@dataclass(frozen=True)
class Context:
    """What an operation works with: the file, who asks, and the iterators of the session."""

    company: CompanyFile
    application: str
    iterators: Iterators


@dataclass(frozen=True)
class Answer:
    """Status, elements, and attributes that stand after the status (retCount, iteratorID ...)."""

    status: Status = OK
    fields: Fields = field(default_factory=list)
    attributes: tuple[tuple[str, str], ...] = ()


def write_answer(
    name: str, request_id: str | None, answer: Answer, lines: list[str], include_data: bool
) -> None:
    """Appends the ...Rs element of a request, as QuickBooks writes it."""
    given = [] if request_id is None else [("requestID", request_id)]
    given += [
        ("statusCode", str(answer.status.code)),
        ("statusSeverity", answer.status.severity),
        ("statusMessage", answer.status.message),
        *answer.attributes,
    ]
    tag = name.removesuffix("Rq") + "Rs"
    if answer.fields and include_data:
        lines.append(f"<{tag}{attributes(given)}>")
        write(answer.fields, lines)
        lines.append(f"</{tag}>")
    else:
        lines.append(f"<{tag}{attributes(given)} />")
