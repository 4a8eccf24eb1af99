"""``RevisionContext``: from directives to revision files."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, Callable, Iterator, Sequence

from alembic.operations.containers import DowngradeOps, MigrationScript, UpgradeOps
from alembic.util.exc import CommandError
from alembic.util.langhelpers import rev_id, to_tuple

from .builtin import set_up_plugins
from .changes import populate_migration_script
from .context import AutogenContext
from .render.body import _indent, _render_cmd_body

if TYPE_CHECKING:
    from alembic.operations.containers import OpContainer
    from alembic.runtime.hooks import ProcessRevisionDirectiveFn
    from alembic.runtime.migration import MigrationContext
    from alembic.script.base import ScriptDirectory
    from alembic.script.script import Script
    from alembic.settings.config import Config


class RevisionContext:
    """What one ``revision`` command is about to write.

    :param config: the project's settings
    :param script_directory: the folder that the files go to
    :param command_args: the command's arguments: ``message``, ``head``, ``splice``,
        ``branch_label``, ``version_path``, ``rev_id``, ``depends_on``
    :param process_revision_directives: changes the directives, before the one of
        ``env.py`` does

    Interface of Alembic 1.20. :attr:`generated_revisions` holds one
    ``MigrationScript`` at first; hooks may empty the list or add to it.
    """

    generated_revisions: list[MigrationScript]
    process_revision_directives: ProcessRevisionDirectiveFn | None

    def __init__(
        self,
        config: Config,
        script_directory: ScriptDirectory,
        command_args: dict[str, Any],
        process_revision_directives: ProcessRevisionDirectiveFn | None = None,
    ) -> None:
        self.config = config
        self.script_directory = script_directory
        self.command_args = command_args
        self.process_revision_directives = process_revision_directives
        self.template_args: dict[str, Any] = {"config": config}
        self.generated_revisions = [self._default_script()]
        self._has_run = False
        self._contexts: list[AutogenContext] = []

    def work(self, autogenerate: bool) -> Callable[[Any, MigrationContext], list[Any]]:
        """Return the work function (option ``fn``) that fills the directives.

        What compares is set up at once, before ``env.py`` configures the logging: what
        is installed is nobody's concern, and what takes part is logged later.

        :param autogenerate: with a comparison, or without
        :raises CommandError: a plugin cannot be loaded
        """
        gather = self.run_no_autogenerate
        if autogenerate:
            set_up_plugins()
            gather = self.run_autogenerate

        def gather_only(rows: Any, migration_context: MigrationContext) -> list[Any]:
            gather(rows, migration_context)
            return []

        return gather_only

    def differences(self) -> list[Any]:
        """Return what the directives change, as ``compare_metadata()`` does."""
        return [
            difference
            for directive in self.generated_revisions
            for operations in directive.upgrade_ops_list
            for difference in operations.as_diffs()
        ]

    def run_autogenerate(self, rev: Any, migration_context: MigrationContext) -> None:
        """Compare the model with the database, then let the hooks change directives.

        :param rev: the rows of the version table
        :param migration_context: what ``env.py`` has configured
        :raises CommandError: there is no model, the context is in offline mode, or the
            database is behind the revisions
        """
        self._refuse_old_database(rev)
        self._run(rev, migration_context, autogenerate=True)

    def run_no_autogenerate(
        self, rev: Any, migration_context: MigrationContext
    ) -> None:
        """Let the hooks change directives that no comparison has filled.

        :param rev: the rows of the version table
        :param migration_context: what ``env.py`` has configured
        """
        self._run(rev, migration_context, autogenerate=False)

    def _refuse_old_database(self, rev: Any) -> None:
        """Do nothing where the database is at the heads of the revisions.

        :raises CommandError: it is behind, so the comparison would find again what
            the missing revisions do
        """
        at = set(self.script_directory.get_revisions(rev))
        if at != set(self.script_directory.get_revisions("heads")):
            raise CommandError("Target database is not up to date.")

    def _run(
        self, rev: Any, migration_context: MigrationContext, *, autogenerate: bool
    ) -> None:
        options = migration_context.opts
        self.template_args.update(options.get("template_args") or {})
        self._name_variables(
            options.get("upgrade_token") or "upgrades",
            options.get("downgrade_token") or "downgrades",
        )
        autogen_context = AutogenContext(migration_context, autogenerate=autogenerate)
        self._contexts.append(autogen_context)
        if autogenerate:
            for directive in self.generated_revisions:
                populate_migration_script(autogen_context, directive)
                directive.imports |= autogen_context.imports
        hooks = (
            self.process_revision_directives,
            options.get("process_revision_directives"),
        )
        for hook in hooks:
            if hook is not None:
                hook(migration_context, rev, self.generated_revisions)
        self._has_run = True

    def generate_scripts(self) -> Iterator[Script | None]:
        """Write a file for each directive and yield it as a script.

        When one cannot be written, those before it are removed again.
        """
        written: list[str] = []
        for directive in self.generated_revisions:
            with ExitStack() as undo:
                undo.callback(_remove, written)
                script = self._write(directive)
                undo.pop_all()
            if script is not None:
                written.append(script.path)
            yield script

    def _default_script(self) -> MigrationScript:
        given = self.command_args.get
        return MigrationScript(
            rev_id=given("rev_id") or rev_id(),
            message=given("message"),
            upgrade_ops=UpgradeOps([]),
            downgrade_ops=DowngradeOps([]),
            head=given("head"),
            splice=given("splice"),
            branch_label=given("branch_label"),
            version_path=given("version_path"),
            depends_on=given("depends_on"),
        )

    def _name_variables(self, upgrade_token: str, downgrade_token: str) -> None:
        """Say which template variables the next database's operations go to."""
        for directive in self.generated_revisions:
            if self._has_run:
                directive.upgrade_ops_list.append(UpgradeOps([]))
                directive.downgrade_ops_list.append(DowngradeOps([]))
            directive.upgrade_ops_list[-1].upgrade_token = upgrade_token
            directive.downgrade_ops_list[-1].downgrade_token = downgrade_token

    def _write(self, directive: MigrationScript) -> Script | None:
        return self.script_directory.generate_revision(
            directive.rev_id or rev_id(),
            directive.message,
            head=directive.head,
            splice=directive.splice,
            branch_labels=to_tuple(directive.branch_label),
            version_path=directive.version_path,
            depends_on=to_tuple(directive.depends_on),
            **{
                **self.template_args,
                **template_variables(directive, self._contexts),
            },
        )


def _remove(paths: Sequence[str]) -> None:
    for path in paths:
        # A hook may have given it another name.
        with suppress(FileNotFoundError):
            os.unlink(path)


def template_variables(
    directive: MigrationScript, contexts: Sequence[AutogenContext]
) -> dict[str, str]:
    """Return the template variables of a directive: function bodies and imports.

    :param directive: the script about to be written
    :param contexts: how to render; the operations of the n-th database by the n-th,
        or by the last one
    """
    imports = set(directive.imports)
    up = [
        (each.upgrade_token, _body(each, _nth(contexts, index), imports))
        for index, each in enumerate(directive.upgrade_ops_list)
    ]
    down = [
        (each.downgrade_token, _body(each, _nth(contexts, index), imports))
        for index, each in enumerate(directive.downgrade_ops_list)
    ]
    return {**dict(up), **dict(down), "imports": "\n".join(sorted(imports))}


def _nth(contexts: Sequence[AutogenContext], index: int) -> AutogenContext:
    return contexts[min(index, len(contexts) - 1)]


def _body(
    container: OpContainer, autogen_context: AutogenContext, imports: set[str]
) -> str:
    """Return a function's body; the imports that it needs are added."""
    autogen_context.imports = imports
    return _indent(_render_cmd_body(container, autogen_context))
