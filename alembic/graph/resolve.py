"""What a name stands for in a graph of revisions."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, Iterable

from ..util.several import is_several
from .errors import MultipleHeads, ResolutionError, RevisionError
from .graph import RevisionGraph
from .links import Links, reach
from .targets import split_branch, steps_down

# identifiers this short are found only when they are given whole
SHORTEST_COMPLETED = 4

# symbols that stand behind an "@", never in front of it
_NO_BRANCHES = frozenset(("base", "head", "heads"))

# what "-2" stands for one step below the first revision; Alembic 1.20 tells it
# apart from walking even further, which is None
BASE = -1


class Resolver:
    """Finds revisions by identifier, prefix, label or symbol.

    Revisions are numbers of the graph; None stands for "base", below the first.

    :param graph: the graph to look into.
    """

    def __init__(self, graph: RevisionGraph) -> None:
        self.graph = graph

    # -- symbols -----------------------------------------------------------

    def several(self, symbol: Any) -> tuple[int | None, ...]:
        """Return the revisions that a symbol, or a collection of them, stands for.

        ``base`` is nothing.  Steps down, as in ``-3``, may end at ``BASE`` or, if
        they lead even further, at None.

        :raises ResolutionError: nothing or too much is called so.
        :raises MultipleHeads: ``head`` where there are several.
        """
        if symbol is None:
            return ()
        if is_several(symbol):
            return tuple(i for one in symbol for i in self.several(one))
        branch, name = self.split(symbol)
        down = steps_down(name)
        if down:
            return self._below_heads(branch, down)
        found = self._symbol(symbol, branch, name)
        if found is not None:
            return found
        return (self._named(name, branch),)

    def single(self, symbol: Any) -> int | None:
        """Return the one revision that a symbol stands for, or None for base.

        :raises MultipleHeads: the symbol stands for several revisions.
        """
        if symbol is None:
            return None
        if is_several(symbol):
            return self._only(self.several(symbol), symbol)
        branch, name = self.split(symbol)
        found = self._symbol(symbol, branch, name)
        if found is not None:
            return self._only(found, symbol)
        return self._named(name, branch)

    def _only(self, found: tuple[int | None, ...], symbol: Any) -> int | None:
        numbers = [i for i in found if i is not None and i != BASE]
        if len(numbers) > 1:
            # Alembic 1.20 hands a collection on as it is
            argument: Any = symbol if isinstance(symbol, str) else tuple(symbol)
            raise MultipleHeads(self.graph.name(numbers), argument)
        return numbers[0] if numbers else None

    def split(self, symbol: Any) -> tuple[str | None, str]:
        """Return the branch in a symbol, if any, and what is named on it.

        :raises ResolutionError: nothing is named, as in ``billing@``.
        """
        if not isinstance(symbol, str):
            raise RevisionError(
                f"revision identifier {symbol!r} is not a string; ensure database "
                "driver settings are correct"
            )
        branch, name = split_branch(symbol)
        if branch is not None and branch in _NO_BRANCHES:
            raise _no_branch(branch)
        if not name:
            raise ResolutionError(
                f"No revision is given in '{symbol}'; name one, for example "
                f"'{symbol.rstrip('@') + '@' if branch else ''}head'",
                symbol,
            )
        return branch, name

    def _symbol(
        self, symbol: str, branch: str | None, name: str
    ) -> tuple[int | None, ...] | None:
        """Return what head, heads and base stand for; None for other names."""
        if name == "base":
            if branch is not None:
                self._refuse_unknown_branch(branch)
                self.branch(branch)
            return ()
        if name == "heads":
            return self._heads(branch)
        if name == "head":
            return self._head(branch, symbol)
        return None

    def _head(self, branch: str | None, symbol: str) -> tuple[int, ...]:
        found = self._ends(branch)
        if len(found) > 1:
            argument = symbol if branch else "head"
            raise MultipleHeads(self.graph.name(found), argument)
        return tuple(found)

    def _heads(self, branch: str | None) -> tuple[int, ...]:
        if branch is None:
            return tuple(self.graph.head_numbers())
        return tuple(self._ends(branch))

    def _ends(self, branch: str | None) -> list[int]:
        """Return the heads of a branch, or all, dependencies left aside."""
        owner = self.branch(branch) if branch else None
        # nothing lies above a head, so it is enough to look upwards
        return self.graph.ends if owner is None else self.graph.ends_above(owner)

    def _below_heads(self, branch: str | None, down: int) -> tuple[int | None, ...]:
        graph = self.graph
        heads: Iterable[int] = graph.head_numbers()
        if branch is not None:
            owner = self.branch(branch)
            carriers = reach([] if owner is None else [owner], graph.children)
            heads = [i for i in heads if i in carriers]
        return tuple(self._walk_down(head, down) for head in heads)

    def refuse_steps(self, symbol: Any) -> None:
        """Raise where a revision must be named and ``-2`` or ``billing@-2`` is given.

        :raises ResolutionError: the symbol is a number of steps.
        """
        if isinstance(symbol, str):
            name = self.split(symbol)[1]
            if steps_down(name):
                raise ResolutionError(self._unknown(name), name)

    def _walk_down(self, start: int, steps: int) -> int | None:
        i = start
        for _ in range(steps):
            if i == BASE:
                return None
            below = self.graph.down[i]
            if len(below) > 1:
                raise RevisionError("Ambiguous walk")
            i = below[0] if below else BASE
        return i

    # -- identifiers, labels and prefixes ----------------------------------

    def _named(self, name: str, branch: str | None) -> int:
        graph = self.graph
        if branch is not None:
            self._refuse_unknown_branch(branch)
        found = graph.number.get(name, graph.owner.get(name))
        if found is None:
            return self._completed(name, branch)
        if branch is not None and not self.on_branch([found], branch):
            raise ResolutionError(
                f"Revision {graph.ids[found]} is not a member of branch '{branch}'",
                name,
            )
        return found

    def _completed(self, prefix: str, branch: str | None) -> int:
        """Return the one revision or label that begins with a prefix."""
        keys = self._keys_from(prefix)
        lineage = None if branch is None else self.lineage(branch)
        if lineage is not None:
            keys = [key for key in keys if self._holder(key) in lineage]
        holders = [self._holder(key) for key in keys]
        if not holders:
            raise ResolutionError(self._unknown(prefix), prefix)
        if len(holders) > 1:
            shown = ", ".join(f"'{key}'" for key in self._first_three(keys))
            raise ResolutionError(
                f"Multiple revisions start with '{prefix}': {shown}...", prefix
            )
        return holders[0]

    def _keys_from(self, prefix: str) -> list[str]:
        """Return the longer identifiers and labels that begin with a prefix."""
        keys = self.graph.keys()
        found: list[str] = []
        for place in range(bisect_left(keys, prefix), len(keys)):
            if not keys[place].startswith(prefix):
                break
            if len(keys[place]) >= SHORTEST_COMPLETED:
                found.append(keys[place])
        return found

    def _holder(self, key: str) -> int:
        number = self.graph.number.get(key)
        return self.graph.owner[key] if number is None else number

    def _first_three(self, keys: list[str]) -> list[str]:
        """Return three keys in load order, identifiers before labels."""
        number, owner = self.graph.number, self.graph.owner
        by_load = sorted(
            keys, key=lambda key: (key not in number, number.get(key, 0) or 0)
        )
        labels = [key for key in owner if key in set(keys)]
        return ([key for key in by_load if key in number] + labels)[:3]

    def _unknown(self, name: str) -> str:
        text = f"No such revision or branch '{name}'"
        if len(name) < SHORTEST_COMPLETED:
            text += (
                "; please ensure at least four characters are present for partial "
                "revision identifier matches"
            )
        return text

    # -- branches ----------------------------------------------------------

    def _refuse_unknown_branch(self, branch: str) -> None:
        graph = self.graph
        known = branch in graph.number or branch in graph.owner
        if not known and not self._keys_from(branch):
            raise _no_branch(branch)

    def branch(self, branch: str) -> int | None:
        """Return the revision that a branch is known by; None for ``base``.

        :param branch: a label, an identifier, or any symbol for one revision.
        """
        return self.single(branch)

    def lineage(self, symbol: Any, dependencies: bool = False) -> set[int] | None:
        """Return the ancestors and descendants of what a symbol stands for.

        None where it is ``base``: everything is above that.

        :param symbol: a branch, another symbol, or a collection of them; of
         ``billing@ae10`` both parts count.
        :param dependencies: follow dependencies as well.
        """
        named = self._named_by(symbol)
        if not named:
            return None
        graph = self.graph
        below: Links = graph.parents if dependencies else graph.down
        above: Links = graph.all_children if dependencies else graph.children
        return reach(named, below) | reach(named, above)

    def _named_by(self, symbol: Any) -> set[int]:
        """Return the revisions that a symbol stands for, that of its branch too."""
        if is_several(symbol):
            return {i for one in symbol for i in self._named_by(one)}
        self.refuse_steps(symbol)
        branch, _ = self.split(symbol)
        found = (*self.several(symbol), self.branch(branch) if branch else None)
        return {i for i in found if i is not None}

    def on_branch(
        self, numbers: Iterable[int], branch: str | None, dependencies: bool = False
    ) -> list[int]:
        """Return those revisions that share lineage with a branch."""
        lineage = self.lineage(branch, dependencies) if branch else None
        if lineage is None:
            return list(numbers)
        return [i for i in numbers if i in lineage]


def _no_branch(branch: str) -> ResolutionError:
    return ResolutionError(f"No such branch: '{branch}'", branch)
