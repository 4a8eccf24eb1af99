"""A revision with a file; its module is loaded when a migration is wanted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ..graph.node import names
from ..reports import text
from ..reports.records import RevisionRecord
from ..util.exc import CommandError, MissingFunction
from ..util.langhelpers import to_tuple
from .reader import RevisionFacts, load_revision_module
from .revision import Revision

if TYPE_CHECKING:
    from types import ModuleType

# flags of a code object, as the standard library's inspect has them
_CO_GENERATOR, _CO_COROUTINE, _CO_ASYNC_GENERATOR = 0x20, 0x80, 0x200


class Script(Revision):
    """One revision file.

    :param module: the file as a module, with the identifiers as its variables.
    :param rev_id: the revision's identifier.
    :param path: the file.

    Interface of Alembic 1.20. Scripts that :class:`.ScriptDirectory` reads load their
    ``module`` when it is first asked for.
    """

    path: str
    """The file, as an absolute path where the script directory found it."""

    def __init__(
        self, module: ModuleType, rev_id: str, path: str | os.PathLike[str]
    ) -> None:
        self._module: ModuleType | None = module
        self._docstring: str | None = None
        self.path = os.fspath(path)
        super().__init__(
            rev_id,
            module.down_revision,
            dependencies=to_tuple(getattr(module, "depends_on", None), default=()),
            branch_labels=to_tuple(getattr(module, "branch_labels", None), default=()),
        )

    @classmethod
    def from_facts(cls, facts: RevisionFacts, path: str) -> Script:
        """Return the script of a file that was read but not executed."""
        script = cls.__new__(cls)
        script._module = None
        script._docstring = facts.docstring
        script.path = path
        Revision.__init__(
            script,
            facts.revision,
            facts.down_revision,
            dependencies=facts.depends_on,
            branch_labels=facts.branch_labels,
        )
        return script

    @property
    def module(self) -> ModuleType:
        """The file as a module, executed when first asked for.

        :raises CommandError: the file cannot be executed.
        """
        if self._module is None:
            self._module = load_revision_module(self.path)
        return self._module

    def migration_function(self, name: str) -> Any:
        """Return the function ``upgrade`` or ``downgrade`` of the file.

        :raises MissingFunction: there is none
        :raises CommandError: calling it would run nothing
        """
        function = getattr(self.module, name, None)
        if not callable(function):
            raise MissingFunction(
                f"Revision file {self.path} has no function {name}(); add one (its "
                "body may be 'pass')."
            )
        flags = getattr(getattr(function, "__code__", None), "co_flags", 0)
        if flags & (_CO_COROUTINE | _CO_ASYNC_GENERATOR):
            raise CommandError(
                f"{name}() in revision file {self.path} is an 'async def', which "
                "would never run; make it a plain function (op.run_async() runs "
                "what must be awaited)."
            )
        if flags & _CO_GENERATOR:
            raise CommandError(
                f"{name}() in revision file {self.path} contains 'yield', so calling "
                "it would run nothing; make it a plain function."
            )
        return function

    @property
    def doc(self) -> str:
        """The first paragraph of the docstring: the revision's message."""
        return self.longdoc.partition("\n\n")[0]

    @property
    def longdoc(self) -> str:
        """The docstring, without white space around it; empty where there is none."""
        found = self._docstring
        if found is None and self._module is not None:
            found = self._module.__doc__
        return found.strip() if found else ""

    def describe(self, is_current: bool = False) -> RevisionRecord:
        """Return what there is to say about this revision, as data.

        :param is_current: whether a database is at it
        """
        return RevisionRecord(
            id=self.revision,
            down=names(self.down_revision),
            depends_on=names(self.dependencies),
            labels=tuple(sorted(self.branch_labels)),
            children=tuple(sorted(self.nextrev)),
            is_used=not self._is_real_head,
            is_current=is_current,
            path=self.path,
            docstring=self.longdoc,
        )

    @property
    def log_entry(self) -> str:
        """The long form that ``alembic show`` prints.

        Control characters of the file's texts are escaped.
        """
        return text.long_form(self.describe())

    def __str__(self) -> str:
        return text.short_form(self.describe())

    def cmd_format(
        self,
        verbose: bool,
        include_branches: bool = False,
        include_doc: bool = False,
        include_parents: bool = False,
        tree_indicators: bool = True,
    ) -> str:
        """Return the revision as one line, or in its long form.

        :param verbose: return :attr:`log_entry`; the other parameters then mean
            nothing.
        :param include_branches: name the branch labels.
        :param include_doc: append the message.
        :param include_parents: begin with ``parents ->``.
        :param tree_indicators: say whether it is a branch point or a merge point.
        """
        if verbose:
            return self.log_entry
        return text.one_line(
            self.describe(),
            parents=include_parents,
            labels=include_branches,
            tree=tree_indicators,
            message=include_doc,
        )
