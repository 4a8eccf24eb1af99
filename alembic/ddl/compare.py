"""The questions a dialect answers when a model is compared with a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Sequence

from ..util import sqla_compat

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class Comparer:
    """The half of a dialect's class that compares."""

    #: Words that mean the same type.
    type_synonyms: tuple[set[str], ...] = ({"NUMERIC", "DECIMAL"},)
    #: Regular expressions for arguments that stand outside of parentheses.
    type_arg_extract: ClassVar[Sequence[str]] = ()
    #: Options of an identity that this database does not report.
    identity_attrs_ignore: tuple[str, ...] = ("order", "on_null")

    dialect: Dialect

    def _compare_identity_default(
        self, metadata_identity: Any, inspector_identity: Any
    ) -> tuple[set[str], set[str], bool]:
        """Compare two identities.

        :param metadata_identity: what the model says, or None
        :param inspector_identity: what the database says, or None
        :return: names of differing options, names of ignored ones, and whether the
            column has to change
        """
        differing, ignored = _compare_identity_options(
            metadata_identity,
            inspector_identity,
            sqla_compat.identity_with(),
            skip={"order", "on_null"} | set(self.identity_attrs_ignore),
        )
        one_is_missing = (metadata_identity is None) != (inspector_identity is None)
        return differing, ignored, bool(differing) or one_is_missing


def _compare_identity_options(
    metadata_io: Any, inspector_io: Any, default_io: Any, skip: set[str]
) -> tuple[set[str], set[str]]:
    """Compare the options of two identities or sequences.

    An option that the model leaves at its default is not compared: databases report
    numbers for what nobody asked for.

    :param metadata_io: an Identity or Sequence of the model, or None
    :param inspector_io: one of the database, or None
    :param default_io: one in which nothing is set
    :param skip: names that are not compared
    :return: names of differing options, and names of those that were ignored
    """
    wanted = _options(metadata_io)
    found = _options(inspector_io)
    default = _options(default_io)
    differing, ignored = set(), set()
    for name in wanted.keys() | found.keys():
        value = wanted.get(name)
        if value == found.get(name):
            continue
        if name in skip or value == default.get(name):
            ignored.add(name)
        else:
            differing.add(name)
    # Being generated always or by default is a choice also where it is the default.
    if "always" in ignored and "always" not in skip and wanted and found:
        ignored.discard("always")
        differing.add("always")
    return differing, ignored


def _options(identity: Any) -> dict[str, Any]:
    if identity is None or identity is False:
        return {}
    options = sqla_compat.identity_options(identity)
    # None and False both mean BY DEFAULT.
    options["always"] = bool(options["always"])
    return options
