"""What a database can do, as far as the tests for dialects want to know.

A dialect's test suite derives a class and says where it differs::

    class Requirements(SuiteRequirements):
        @property
        def computed_columns(self):
            return exclusions.open()

The suite's tests skip what is closed. ``setup.cfg`` names the class in
``requirement_cls`` of ``[sqla_testing]``.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError, NoSuchTableError
from sqlalchemy.testing import exclusions
from sqlalchemy.testing.requirements import Requirements

from ..util.sqla_private import copies_keep_dialect_options, sqla_2_1


class SuiteRequirements(Requirements):
    """The answers for a database that nobody has described yet."""

    # -- true of most databases ----------------------------------------------

    @property
    def schemas(self) -> Any:
        """There are schemas beside the default one."""
        return exclusions.open()

    @property
    def alter_column(self) -> Any:
        """Type, nullability and default of a column can be changed."""
        return exclusions.open()

    @property
    def unique_constraint_reflection(self) -> Any:
        """The inspector tells unique constraints; it is asked once for a test."""
        return exclusions.skip_if(_has_no_unique_constraints)

    @property
    def foreign_key_match(self) -> Any:
        """A foreign key may say MATCH."""
        return exclusions.open()

    @property
    def foreign_key_constraint_reflection(self) -> Any:
        """The inspector tells foreign keys."""
        return exclusions.open()

    @property
    def foreign_key_name_reflection(self) -> Any:
        """The inspector tells the names of foreign keys."""
        return exclusions.open()

    @property
    def fk_names(self) -> Any:
        """The same, under an older name."""
        return self.foreign_key_name_reflection

    @property
    def check_constraints_w_enforcement(self) -> Any:
        """Check constraints are more than words."""
        return exclusions.open()

    @property
    def check_constraint_reflection(self) -> Any:
        """The inspector tells check constraints."""
        return exclusions.open()

    @property
    def fk_onupdate(self) -> Any:
        """A foreign key may say ON UPDATE."""
        return exclusions.open()

    @property
    def fk_ondelete_restrict(self) -> Any:
        """A foreign key may say ON DELETE RESTRICT."""
        return exclusions.open()

    @property
    def fk_onupdate_restrict(self) -> Any:
        """A foreign key may say ON UPDATE RESTRICT."""
        return exclusions.open()

    @property
    def fk_ondelete_noaction(self) -> Any:
        """A foreign key may say ON DELETE NO ACTION."""
        return exclusions.open()

    @property
    def integer_subtype_comparisons(self) -> Any:
        """BIGINT, INTEGER and SMALLINT are told apart when types are compared."""
        return exclusions.open()

    # -- to be said by those databases that can ------------------------------

    @property
    def autocommit_isolation(self) -> Any:
        """The driver has the isolation level AUTOCOMMIT."""
        return exclusions.closed()

    @property
    def materialized_views(self) -> Any:
        """There are materialized views."""
        return exclusions.closed()

    @property
    def reflects_pk_names(self) -> Any:
        """The inspector tells the names of primary keys."""
        return exclusions.closed()

    @property
    def reflects_fk_options(self) -> Any:
        """The inspector tells options of foreign keys."""
        return exclusions.closed()

    @property
    def fk_ondelete_is_reflected(self) -> Any:
        """The inspector tells ON DELETE."""
        return exclusions.closed()

    @property
    def fk_onupdate_is_reflected(self) -> Any:
        """The inspector tells ON UPDATE."""
        return exclusions.closed()

    @property
    def fk_initially(self) -> Any:
        """A foreign key may say INITIALLY."""
        return exclusions.closed()

    @property
    def fk_deferrable(self) -> Any:
        """A foreign key may say DEFERRABLE."""
        return exclusions.closed()

    @property
    def fk_deferrable_is_reflected(self) -> Any:
        """The inspector tells DEFERRABLE and INITIALLY."""
        return exclusions.closed()

    @property
    def autoincrement_on_composite_pk(self) -> Any:
        """A column of a primary key of several columns can count by itself."""
        return exclusions.closed()

    @property
    def computed_columns(self) -> Any:
        """There are computed (generated) columns."""
        return exclusions.closed()

    @property
    def identity_columns(self) -> Any:
        """There are identity columns."""
        return exclusions.closed()

    @property
    def identity_columns_alter(self) -> Any:
        """The options of an identity column can be changed."""
        return exclusions.closed()

    # -- seen from the dialect or the machine --------------------------------

    @property
    def sequences(self) -> Any:
        """There are sequences."""
        return _only_where("supports_sequences", "there are no sequences")

    @property
    def comments(self) -> Any:
        """Tables and columns can have comments."""
        return _only_where("supports_comments", "there are no comments")

    @property
    def no_name_normalize(self) -> Any:
        """Names come back as they were given, not in another case."""
        return exclusions.skip_if(
            lambda config: config.db.dialect.requires_name_normalize,
            "names come back in another case",
        )

    @property
    def computed_columns_warn_no_persisted(self) -> Any:
        """SQLAlchemy warns of a computed column that does not say ``persisted``.

        It does so where PostgreSQL is too old for the kind that is the usual one now.
        """
        return exclusions.only_if(
            lambda config: (
                not getattr(
                    config.db.dialect, "supports_virtual_generated_columns", True
                )
            ),
            "computed columns need not say persisted",
        )

    @property
    def asyncio(self) -> Any:
        """Async drivers can be used: greenlet is installed."""
        return exclusions.skip_if(_greenlet_is_missing, "greenlet is missing")

    @property
    def windows(self) -> Any:
        """The tests run on Windows."""
        return exclusions.only_if(lambda: sys.platform == "win32", "needs Windows")

    @property
    def sqlalchemy_2_1(self) -> Any:
        """SQLAlchemy is 2.1 or later."""
        return exclusions.only_if(lambda: sqla_2_1, "needs SQLAlchemy 2.1")

    @property
    def sqlalchemy_copies_fk_ck_dialect_kwargs(self) -> Any:
        """A copy of a foreign key or a check keeps its options for one dialect."""
        return exclusions.only_if(
            lambda: copies_keep_dialect_options, "needs SQLAlchemy 2.0.55, or 2.1.5"
        )


def _only_where(flag: str, otherwise: str) -> Any:
    return exclusions.only_if(
        lambda config: getattr(config.db.dialect, flag, False), otherwise
    )


def _has_no_unique_constraints(config: Any) -> bool:
    """Say whether the dialect's inspector refuses to tell them."""
    with config.db.connect() as connection:
        try:
            inspect(connection).get_unique_constraints("x")
        except NotImplementedError:
            return True
        except (NoSuchTableError, DBAPIError):
            return False  # it looked, and there is no such table
    return False


def _greenlet_is_missing() -> bool:
    return find_spec("greenlet") is None
