"""Status codes of answers, with QuickBooks' own texts (two blanks before "QuickBooks error message:").

A `Status` is a value. `Refusal` carries one out of the depth of an operation to the place where the answer is
written, and must never leave the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

_MISSING = "QuickBooks error message: Invalid argument.  The specified record does not exist in the list."


@dataclass(frozen=True)
class Status:
    """statusCode and statusMessage; the severity follows from the code."""

    code: int
    message: str

    @property
    def severity(self) -> str:
        """Info below 500, Warn below 1000, Error above."""
        if self.code < 500:
            return "Info"
        return "Warn" if self.code < 1000 else "Error"

    @property
    def is_error(self) -> bool:
        """Whether stopOnError stops here."""
        return self.code >= 1000


class Refusal(Exception):
    """The request is answered with this status."""

    def __init__(self, status: Status) -> None:
        self.status = status
        super().__init__(status.message)


OK = Status(0, "Status OK")
NO_MATCH = Status(1, "A query request did not find a matching object in QuickBooks")
NOT_PROCESSED = Status(3231, "The request has not been processed.")
UNSUPPORTED = Status(1030, "This request is not supported by this implementation.")
FEATURE_OFF = Status(3250, "This feature is not enabled or not available in this version of QuickBooks.")
READ_ONLY = Status(
    3263, "The integrated application has read-only access and cannot add, modify or delete data."
)
BAD_RANGE = Status(3030, "Invalid date range: From date is greater than To date.")
BAD_NAME_RANGE = Status(3031, 'The "From" or "To" values in the provided NameRangeFilter are invalid.')


def not_found(asked: str) -> Status:
    """500: asked by ID or name and missing; others that were asked for are still returned."""
    return Status(
        500,
        "The query request has not been fully completed. There was a required element "
        f'("{asked}") that could not be found in QuickBooks.',
    )


def ignored_field(name: str) -> Status:
    """530: the field was ignored, the rest was done."""
    return Status(530, f'The field "{name}" is not supported by this implementation.')


def bad_request_id(value: str) -> Status:
    """1060."""
    return Status(1060, f'The request ID "{value}" is invalid, possibly too long, max 50 chars.')


def bad_id(value: str, field: str) -> Status:
    """3000."""
    return Status(3000, f'The given object ID "{value}" in the field "{field}" is invalid.')


def bad_boolean(value: str, field: str) -> Status:
    """3010."""
    return Status(
        3010, f'There was an error when converting the boolean value "{value}" in the field "{field}"'
    )


def bad_date(value: str, field: str) -> Status:
    """3020."""
    return Status(3020, f'There was an error when converting the date value "{value}" in the field "{field}"')


def bad_amount(value: str, field: str) -> Status:
    """3040."""
    return Status(3040, f'There was an error when converting the amount "{value}" in the field "{field}"')


def too_long(value: str, field: str) -> Status:
    """3070."""
    return Status(3070, f'The string "{value}" in the field "{field}" is too long.')


def has_colon(value: str, field: str) -> Status:
    """3090."""
    return Status(
        3090,
        f'There was an error when storing "{value}" in the "{field}" field.  QuickBooks error message: Names in '
        "this list cannot contain a colon.  The colon is a special character used to indicate a parent/child "
        "relationship.",
    )


def cannot_store(value: str, field: str, why: str) -> Status:
    """3090 with another reason."""
    return Status(
        3090,
        f'There was an error when storing "{value}" in the "{field}" field.  QuickBooks error message: {why}',
    )


def name_in_use(name: str) -> Status:
    """3100."""
    return Status(3100, f'The name "{name}" of the list element is already in use.')


def gone(list_id: str) -> Status:
    """3120: a write to something that is not there."""
    return Status(3120, f'Object "{list_id}" specified in the request cannot be found.  {_MISSING}')


def bad_parent(value: str, plural: str, why: str = "") -> Status:
    """3130."""
    reason = f"QuickBooks error message: {why}" if why else _MISSING
    return Status(
        3130, f'There is an invalid reference to a parent "{value}" in the {plural} list.  {reason}'
    )


def bad_reference(label: str, value: str, owner: str) -> Status:
    """3140."""
    return Status(
        3140, f'There is an invalid reference to QuickBooks {label} "{value}" in the {owner}.  {_MISSING}'
    )


def cannot_delete(list_id: str) -> Status:
    """3160: not in the mode in which QuickBooks deletes, or one of its own records."""
    return Status(
        3160,
        f'Cannot delete the object specified by the id = "{list_id}".  QuickBooks error message: This action can '
        "only be done in single-user mode.",
    )


def cannot_modify_extension(name: str, why: str) -> Status:
    """3170."""
    return Status(
        3170,
        f'There was an error when modifying a data extension named "{name}".  QuickBooks error message: {why}',
    )


def in_use(list_id: str) -> Status:
    """3175 family, for list elements: something refers to it."""
    return Status(
        3176,
        f"There was an error adding, modifying or deleting {list_id} because it is already in use.  QuickBooks "
        "error message: The list element is in use.",
    )


def form_open(list_id: str) -> Status:
    """3175: somebody has it open in a form."""
    return Status(
        3175,
        f"There was an error adding, modifying or deleting {list_id} because it is already in use.  QuickBooks "
        "error message: The transaction could not be locked.  It is in use by another user.",
    )


def no_lock(list_id: str) -> Status:
    """3176: the same, as QuickBooks says it at other times."""
    return Status(
        3176,
        f"There was an error adding, modifying or deleting {list_id} because it is already in use.  QuickBooks "
        "error message: The application failed to acquire the lock.",
    )


def modified_by_other(code: int, what: str, name: str) -> Status:
    """3180, or 3170 which was seen for data extensions only: another user changed the list at this moment."""
    doing = "modifying" if code == 3170 else "saving"
    return Status(
        code,
        f'There was an error when {doing} a {what} list, element "{name}".  QuickBooks error message: This list has '
        "been modified by another user.",
    )


def cannot_save(plural: str, why: str) -> Status:
    """3180 with another reason."""
    return Status(3180, f"There was an error when saving a {plural} list.  QuickBooks error message: {why}")


def stale(edit_sequence: str) -> Status:
    """3200, with its trailing blank."""
    return Status(3200, f'The provided edit sequence "{edit_sequence}" is out-of-date. ')


def bad_value(field: str, value: str, why: str = "") -> Status:
    """3210."""
    tail = f"  QuickBooks error message: {why}" if why else ""
    return Status(3210, f'The "{field}" field has an invalid value "{value}".{tail}')


def bad_iterator(iterator_id: str) -> Status:
    """3391."""
    return Status(3391, f'The iteratorID "{iterator_id}" is not valid.')
