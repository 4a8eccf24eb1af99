"""Comparing and rendering for programs: differences, operations, Python code."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Sequence

from sqlalchemy.engine.default import DefaultDialect

from ..operations.containers import DowngradeOps, MigrationScript, UpgradeOps
from ..runtime.migration import MigrationContext
from ..runtime.plugins import Plugin as Plugin
from .changes import _produce_net_changes, populate_migration_script
from .context import AutogenContext as AutogenContext
from .render.body import _indent, _render_cmd_body
from .revisions import RevisionContext as RevisionContext
from .revisions import template_variables

if TYPE_CHECKING:
    from sqlalchemy.schema import MetaData

    from ..runtime.hooks import RenderItemFn

log = logging.getLogger(__name__)


def compare_metadata(context: MigrationContext, metadata: MetaData) -> Any:
    """Return the differences between a model and a database.

    Each is a tuple such as ``("add_column", schema, table_name, Column)``; what changes
    about one column stands in a list of tuples::

        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, metadata) == []

    :param context: the database; its ``opts`` say what is compared, as
        ``context.configure()`` does: ``compare_type``, ``include_object`` and so on
    :param metadata: the model
    :return: a list; empty when nothing differs
    :raises CommandError: the context is in offline mode

    Interface of Alembic 1.20. :func:`produce_migrations` returns operations instead.
    """
    upgrade_ops = UpgradeOps([])
    _produce_net_changes(AutogenContext(context, metadata=metadata), upgrade_ops)
    return upgrade_ops.as_diffs()


def produce_migrations(
    context: MigrationContext, metadata: MetaData
) -> MigrationScript:
    """Return the operations that make a database like a model, and the way back.

    :param context: the database, as for :func:`compare_metadata`
    :param metadata: the model
    :return: a script without ``rev_id``; see ``upgrade_ops`` and ``downgrade_ops``
    :raises CommandError: the context is in offline mode

    Interface of Alembic 1.20.
    """
    script = MigrationScript(
        rev_id=None, upgrade_ops=UpgradeOps([]), downgrade_ops=DowngradeOps([])
    )
    populate_migration_script(AutogenContext(context, metadata=metadata), script)
    return script


def render_python_code(
    up_or_down_op: UpgradeOps | DowngradeOps,
    sqlalchemy_module_prefix: str = "sa.",
    alembic_module_prefix: str = "op.",
    render_as_batch: bool = False,
    imports: Sequence[str] = (),
    render_item: RenderItemFn | None = None,
    migration_context: MigrationContext | None = None,
    user_module_prefix: str | None = None,
) -> str:
    """Return operations as the body of a Python function.

    The first line is not indented, the others are by four blanks, as a template wants
    it.

    :param up_or_down_op: the operations
    :param sqlalchemy_module_prefix: how SQLAlchemy's names are spelled
    :param alembic_module_prefix: how directives are spelled
    :param render_as_batch: write changes of a table inside of ``batch_alter_table()``
    :param imports: lines of import that are there already
    :param render_item: ``(type_, object, autogen_context)`` returns source, None to
        leave the object out, or False for the usual source
    :param migration_context: for whose dialect to write; by default for none
    :param user_module_prefix: how types from elsewhere are spelled; None: after their
        module

    Interface of Alembic 1.20.
    """
    options = {
        "sqlalchemy_module_prefix": sqlalchemy_module_prefix,
        "alembic_module_prefix": alembic_module_prefix,
        "render_item": render_item,
        "render_as_batch": render_as_batch,
        "user_module_prefix": user_module_prefix,
    }
    if migration_context is None:
        migration_context = MigrationContext.configure(dialect=DefaultDialect())
    autogen_context = AutogenContext(
        migration_context, opts=options, autogenerate=False
    )
    autogen_context.imports = set(imports)
    return _indent(_render_cmd_body(up_or_down_op, autogen_context))


def _render_migration_diffs(  # pyright: ignore[reportUnusedFunction]
    context: MigrationContext, template_args: dict[Any, Any]
) -> None:
    """Compare, and put both bodies and their imports among the template's variables.

    :param context: the database; ``target_metadata`` is among its ``opts``
    :param template_args: receives the variables
    """
    autogen_context = AutogenContext(context)
    script = MigrationScript(
        rev_id=None, upgrade_ops=UpgradeOps([]), downgrade_ops=DowngradeOps([])
    )
    populate_migration_script(autogen_context, script)
    template_args.update(template_variables(script, [autogen_context]))
