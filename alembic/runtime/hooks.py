"""Types of the functions that an ``env.py`` may hand to ``context.configure()``.

The names in quotes are classes of rooms that need not be loaded to run migrations.
"""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Collection,
    Iterable,
    List,
    Literal,
    Mapping,
    MutableMapping,
    Optional,
    Union,
)

if TYPE_CHECKING:
    from sqlalchemy.schema import Column, FetchedValue, SchemaItem
    from sqlalchemy.types import TypeEngine

    from ..graph.info import MigrationInfo
    from ..operations.containers import MigrationScript
    from .migration import MigrationContext

#: What ``include_name`` and ``include_object`` are asked about.
NameFilterType = Literal[
    "schema",
    "table",
    "column",
    "index",
    "unique_constraint",
    "foreign_key_constraint",
    "check_constraint",
]

#: Where a name stands: its schema and table, as far as it has them.
NameFilterParentNames = MutableMapping[
    Literal["schema_name", "table_name", "schema_qualified_table_name"],
    Optional[str],
]

#: ``(name, type_, parent_names)``: true keeps a name found in the database.
IncludeNameFn = Callable[
    [Optional[str], NameFilterType, NameFilterParentNames],
    bool,
]

#: ``(object, name, type_, reflected, compare_to)``: true keeps an object.
IncludeObjectFn = Callable[
    [
        "SchemaItem",
        Optional[str],
        NameFilterType,
        bool,
        Optional["SchemaItem"],
    ],
    bool,
]

#: ``(context, revision, directives)``: edits the list of directives in place.
ProcessRevisionDirectiveFn = Callable[
    [
        "MigrationContext",
        Union[str, Iterable[Optional[str]], Iterable[str]],
        List["MigrationScript"],
    ],
    None,
]

#: ``(context, inspected_column, metadata_column, inspected_type, metadata_type)``:
#: True for different, False for equal, None for "compare as usual".
CompareType = Callable[
    [
        "MigrationContext",
        "Column[Any]",
        "Column[Any]",
        "TypeEngine[Any]",
        "TypeEngine[Any]",
    ],
    Optional[bool],
]

#: ``(context, inspected_column, metadata_column, inspected_default,
#: metadata_default, rendered_metadata_default)``: as for types.
CompareServerDefault = Callable[
    [
        "MigrationContext",
        "Column[Any]",
        "Column[Any]",
        Optional[str],
        Optional["FetchedValue"],
        Optional[str],
    ],
    Optional[bool],
]

#: ``(type_, object, autogen_context)``: Python source, or False for the usual one.
RenderItemFn = Callable[[str, Any, Any], Union[str, Literal[False]]]

#: Called with the keywords ``ctx``, ``step``, ``heads`` and ``run_args`` whenever the
#: version table has changed.
OnVersionApplyFn = Callable[
    ["MigrationContext", "MigrationInfo", Collection[Any], Mapping[str, Any]], None
]
