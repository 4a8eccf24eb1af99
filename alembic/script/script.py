"""A revision with a file; its module is loaded when a migration is wanted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ..util.exc import CommandError
from ..util.langhelpers import to_tuple
from ..util.messaging import format_as_comma, printable
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

        :raises CommandError: there is none, or calling it would run nothing.
        """
        function = getattr(self.module, name, None)
        if not callable(function):
            raise CommandError(
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
        text = self._docstring
        if text is None and self._module is not None:
            text = self._module.__doc__
        return text.strip() if text else ""

    @property
    def log_entry(self) -> str:
        """The long form that ``alembic show`` prints.

        Control characters of the file's texts are escaped.
        """
        lines = [
            f"Rev: {self.revision}{self._marks}",
            f"{'Merges' if self.is_merge_point else 'Parent'}: {self._parents}",
        ]
        if self.dependencies:
            lines.append(f"Also depends on: {format_as_comma(self.dependencies)}")
        if self.is_branch_point:
            lines.append(f"Branches into: {', '.join(sorted(self.nextrev))}")
        if self.branch_labels:
            lines.append(f"Branch names: {self._labels}")
        lines.append(f"Path: {self.path}")
        indented = [f"    {line}" for line in self.longdoc.splitlines()] or [""]
        return printable("\n".join((*lines, "", *indented))) + "\n"

    def __str__(self) -> str:
        return printable(f"{self._parents} -> {self.revision}{self._marks}, {self.doc}")

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
        text = self.revision
        if include_parents:
            text = f"{self._parents_and_dependencies} -> {text}"
        if include_branches and self.branch_labels:
            text += f" ({self._labels})"
        text += self._head_mark
        if tree_indicators and self.is_branch_point:
            text += " (branchpoint)"
        if tree_indicators and self.is_merge_point:
            text += " (mergepoint)"
        if include_doc:
            text += f", {self.doc}"
        return printable(text)

    @property
    def _marks(self) -> str:
        return (
            (" (head)" if self.is_head else "")
            + (" (branchpoint)" if self.is_branch_point else "")
            + (" (mergepoint)" if self.is_merge_point else "")
        )

    @property
    def _labels(self) -> str:
        return ", ".join(sorted(self.branch_labels or ()))

    @property
    def _parents(self) -> str:
        return format_as_comma(self.down_revision) or "<base>"

    @property
    def _parents_and_dependencies(self) -> str:
        if not self.dependencies:
            return self._parents
        return f"{self._parents} ({format_as_comma(self.dependencies)})"

    @property
    def _head_mark(self) -> str:
        if not self.is_head:
            return ""
        return " (head)" if self._is_real_head else " (effective head)"
