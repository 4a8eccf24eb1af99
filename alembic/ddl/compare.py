"""The questions a dialect answers when a model is compared with a database."""

from __future__ import annotations

import re
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    ClassVar,
    Mapping,
    NamedTuple,
    Sequence,
)

from sqlalchemy.sql.elements import ColumnClause, TextClause
from sqlalchemy.sql.functions import FunctionElement

from ..util import sqla_compat, sqla_reflection
from ..util.messaging import warn
from .defaults import Style, same_default
from .emit import Emitter
from .signatures import (
    CheckSignature,
    ComparisonResult,
    ForeignKeySignature,
    IndexSignature,
    Signature,
    UniqueSignature,
)
from .trials import definitions_of

if TYPE_CHECKING:
    from typing import Literal

    from sqlalchemy import (
        CheckConstraint,
        Column,
        ForeignKeyConstraint,
        Index,
        UniqueConstraint,
    )
    from sqlalchemy.engine import Connection
    from sqlalchemy.types import TypeEngine

_STRING = r"'(?:[^']|'')*'"
_TYPE_TOKEN = re.compile(rf"\((?:{_STRING}|[^)'])*\)|[\w\-]+")
_TYPE_ARGUMENT = re.compile(rf"(?:{_STRING}|[^,'])+")
# After so many types that a server was asked about it is asked about all at once.
_FEW_TYPES = 4


class Params(NamedTuple):
    """A type, taken apart: ``numeric(10, 2) unsigned``."""

    #: The first word: ``numeric``.
    token0: str
    #: The other words: ``unsigned``.
    tokens: list[str]
    #: What stands in parentheses: ``10`` and ``2``.
    args: list[str]
    #: What stands there as ``name=value``.
    kwargs: dict[str, str]


class Comparer(Emitter):
    """A dialect's class with the half that compares."""

    #: Words that mean the same type.
    type_synonyms: tuple[set[str], ...] = ({"NUMERIC", "DECIMAL"},)
    #: Regular expressions for arguments that stand outside of parentheses.
    type_arg_extract: ClassVar[Sequence[str]] = ()
    #: Options of an identity that this database does not report.
    identity_attrs_ignore: tuple[str, ...] = ("order", "on_null")
    #: True where an index cannot be dropped while a foreign key uses it.
    keys_need_indexes: bool = False
    #: True where SQLAlchemy does not report all defaults.
    hides_defaults: bool = False
    #: How the database writes defaults back.
    default_style: ClassVar[Style] = Style()
    #: True where a default can only be changed by somebody who knows the old one.
    existing_default_needed: bool = False

    # -- types ---------------------------------------------------------------

    def compare_type(
        self, inspector_column: Column[Any], metadata_column: Column[Any]
    ) -> bool:
        """Return True when the types of two columns differ.

        :param inspector_column: the column as the database has it
        :param metadata_column: the column as the model has it
        """
        found = self._tokenize_column_type(inspector_column)
        wanted = self._tokenize_column_type(metadata_column)
        if self._column_types_match(found, wanted) and self._column_args_match(
            found, wanted
        ):
            return False
        return not self._is_reported_as(metadata_column, inspector_column.type)

    def _is_reported_as(
        self, metadata_column: Column[Any], found: TypeEngine[Any]
    ) -> bool:
        """Return True for a type that this database reports under the other's name."""
        definition = self._type_text(metadata_column.type)
        known = self.memo.setdefault("types as reported", {})
        if definition not in known:
            wanted = [definition]
            if sum(type_ is not None for type_ in known.values()) >= _FEW_TYPES:
                wanted += self._other_types(metadata_column, {definition, *known})
            known.update(self._types_as_reported(wanted))
        reported = known[definition]
        return reported is not None and self._type_text(reported) == self._type_text(
            found
        )

    def _other_types(self, column: Column[Any], known: set[str]) -> list[str]:
        """Return the definitions of all types of a model, those known left out.

        :param column: a column of the model; for each model there is one answer, then
            none
        """
        table: Any = getattr(column, "table", None)
        models = self.memo.setdefault("models whose types were asked for", set())
        if table is None or table.metadata in models:
            return []
        models.add(table.metadata)
        return sorted(definitions_of(table.metadata, self._type_text) - known)

    def _types_as_reported(
        self, definitions: Sequence[str]
    ) -> Mapping[str, TypeEngine[Any] | None]:
        """Return the types that SQLAlchemy reads where columns have others.

        Databases keep some types as others: FLOAT(20) becomes REAL.

        :param definitions: types as they stand in CREATE TABLE
        :return: by definition; None where that is not known
        """
        return dict.fromkeys(definitions)

    def _type_text(self, type_: TypeEngine[Any]) -> str:
        return str(sqla_compat.type_compiler_of(self.dialect).process(type_))

    def _tokenize_column_type(self, column: Column[Any]) -> Params:
        """Return the type of a column taken apart, in lower case."""
        definition = self._type_text(column.type).lower()
        words: list[str] = []
        group = ""
        for token in _TYPE_TOKEN.findall(definition):
            if token.startswith("("):
                group = token[1:-1]
            else:
                words.append(token)
        args, kwargs = _arguments(group)
        return Params(words[0] if words else "", words[1:], args, kwargs)

    def _column_types_match(
        self, inspector_params: Params, metadata_params: Params
    ) -> bool:
        """Return True when two types have the same name, or names for the same."""
        if inspector_params.token0 == metadata_params.token0:
            return True
        first, second = _all_words(inspector_params), _all_words(metadata_params)
        for synonyms in self.type_synonyms:
            lower = {word.lower() for word in synonyms}
            if {first, second} <= lower:
                return True
            if {inspector_params.token0, metadata_params.token0} <= lower:
                return True
        return False

    def _column_args_match(self, inspected_params: Params, meta_params: Params) -> bool:
        """Return True unless both types say something, and not the same."""
        for found, wanted in (
            (inspected_params.tokens, meta_params.tokens),
            (inspected_params.args, meta_params.args),
        ):
            if len(found) == len(wanted) and found != wanted:
                return False
        found_text = " ".join(inspected_params.tokens).lower()
        wanted_text = " ".join(meta_params.tokens).lower()
        for pattern in self.type_arg_extract:
            in_found = re.search(pattern, found_text)
            in_wanted = re.search(pattern, wanted_text)
            if in_found and in_wanted and in_found.group(1) != in_wanted.group(1):
                return False
        return True

    def refuses_null(self, type_: TypeEngine[Any]) -> bool:
        """Return True for a type without NULL, whatever is said of the column.

        :param type_: a reflected type
        """
        return False

    # -- defaults ------------------------------------------------------------

    def compare_server_default(
        self,
        inspector_column: Column[Any],
        metadata_column: Column[Any],
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        """Return True when two server defaults differ.

        :param rendered_metadata_default: the model's default as SQL text, or None
        :param rendered_inspector_default: the database's, or None
        """
        return not self._is_same_default(
            metadata_column, rendered_metadata_default, rendered_inspector_default
        )

    @property
    def _server(self) -> Connection | None:
        """The connection where there is a server to be asked, else None."""
        return None if self.as_sql else self.connection

    def _remembered(self, question: tuple[str, ...], ask: Callable[[], Any]) -> Any:
        """Return the answer to a question, which is asked once in a context."""
        known = self.memo.setdefault("answers", {})
        if question not in known:
            known[question] = ask()
        return known[question]

    def _is_same_default(
        self, metadata_column: Column[Any], wanted: str | None, found: str | None
    ) -> bool:
        """Return True for defaults that are the same, however they are written."""
        return wanted == found or same_default(
            self.default_style, metadata_column, found, wanted
        )

    def is_same_computed(
        self, inspector_column: Column[Any], metadata_column: Column[Any]
    ) -> bool:
        """Return True for two computed columns with the same expression.

        :param inspector_column: the column as the database has it
        :param metadata_column: the column as the model has it
        """
        columns: tuple[Any, Any] = (inspector_column, metadata_column)
        found, wanted = (
            self.render_ddl_sql_expr(column.server_default.sqltext)
            for column in columns
        )
        return self._normalize_computed_default(
            found
        ) == self._normalize_computed_default(wanted) or self._is_rewritten_computed(
            metadata_column, found, wanted
        )

    def _is_rewritten_computed(
        self, column: Column[Any], found: str, wanted: str
    ) -> bool:
        """Return True where the database reports an expression in another form.

        :param column: the column of the model
        :param found: the expression as the database reports it
        :param wanted: the model's expression as SQL
        """
        return False

    def _normalize_computed_default(self, sqltext: str) -> str:
        """Return an expression without what databases write differently."""
        return re.sub(r"[\s()'\"`\[\]]", "", sqltext).lower()

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
            skip=set(self.identity_attrs_ignore),
        )
        one_is_missing = (metadata_identity is None) != (inspector_identity is None)
        return differing, ignored, bool(differing) or one_is_missing

    # -- indexes and constraints ---------------------------------------------

    def compare_indexes(
        self, metadata_index: Index, reflected_index: Index
    ) -> ComparisonResult:
        """Compare two indexes of the same name.

        :param metadata_index: the model's
        :param reflected_index: the database's
        """
        reasons: list[str] = []
        unique = self._compare_index_unique(metadata_index, reflected_index)
        if unique:
            reasons.append(unique)
        wanted = self.index_elements(metadata_index)
        found = self.index_elements(reflected_index)
        if wanted != found:
            reasons.append(f"expression {found} to {wanted}")
        return (
            ComparisonResult.Different(reasons) if reasons else ComparisonResult.Equal()
        )

    def _compare_index_unique(
        self, metadata_index: Index, reflected_index: Index
    ) -> str | None:
        """Return what is to be said about uniqueness, None where it is the same."""
        wanted, found = bool(metadata_index.unique), bool(reflected_index.unique)
        return None if wanted == found else f"unique={found} to unique={wanted}"

    def index_elements(self, index: Index) -> tuple[str, ...]:
        """Return the names of an index's columns, and its expressions as text."""
        return tuple(
            self.render_ddl_sql_expr(element, is_index=True)
            if sqla_compat.is_expression(element)
            else str(sqla_compat.column_inside(element).name)
            for element in index.expressions
        )

    def compare_unique_constraint(
        self,
        metadata_constraint: UniqueConstraint,
        reflected_constraint: UniqueConstraint,
    ) -> ComparisonResult:
        """Compare two unique constraints of the same name.

        :param metadata_constraint: the model's
        :param reflected_constraint: the database's
        """
        # The order of columns is that of the index behind the constraint.
        wanted = tuple(column.name for column in metadata_constraint.columns)
        found = tuple(column.name for column in reflected_constraint.columns)
        if wanted == found:
            return ComparisonResult.Equal()
        return ComparisonResult.Different(f"expression {found} to {wanted}")

    def compare_check_constraint(
        self,
        metadata_constraint: CheckConstraint,
        reflected_constraint: CheckConstraint,
    ) -> ComparisonResult:
        """Compare two check constraints of the same name: they count as equal.

        Every database writes conditions in a form of its own.
        """
        return ComparisonResult.Equal()

    def _create_metadata_constraint_sig(
        self, constraint: Any, **opts: Any
    ) -> Signature:
        """Return a constraint or index of the model in comparable form.

        :param opts: ``include_options`` compares options of foreign keys too
        """
        return self._signature(constraint, **opts)

    def _create_reflected_constraint_sig(
        self, constraint: Any, **opts: Any
    ) -> Signature:
        """Return a constraint or index of the database in comparable form.

        :param opts: ``include_options`` compares options of foreign keys too
        """
        return self._signature(constraint, **opts)

    def _signature(self, constraint: Any, include_options: bool = False) -> Signature:
        kind = constraint.__visit_name__
        if kind == "index":
            return IndexSignature(constraint, self.index_elements(constraint))
        if kind == "unique_constraint":
            return UniqueSignature(constraint)
        if kind == "foreign_key_constraint":
            return ForeignKeySignature(constraint, include_options)
        if "check_constraint" in kind:
            return CheckSignature(constraint)
        raise NotImplementedError(f"{constraint!r} cannot be compared")

    def _skip_functional_indexes(
        self, metadata_indexes: set[Index], conn_indexes: set[Index]
    ) -> None:
        """Drop indexes over expressions from both sets, and say so.

        :param metadata_indexes: those of the model, changed in place
        :param conn_indexes: those of the database, changed in place
        """
        skipped = {
            index
            for index in metadata_indexes
            if sqla_compat.is_expression_index(index)
        }
        for index in sorted(skipped, key=lambda index: str(index.name)):
            warn(
                "autogenerate skipping metadata-specified expression-based index "
                f"{index.name!r}; dialect {self.dialect.name!r} under SQLAlchemy "
                f"{sqla_compat.sqlalchemy_version} can't reflect these indexes so "
                "they can't be compared"
            )
        metadata_indexes -= skipped
        names = {index.name for index in skipped}
        conn_indexes -= {index for index in conn_indexes if index.name in names}

    def correct_for_autogen_constraints(
        self,
        conn_uniques: set[UniqueConstraint],
        conn_indexes: set[Index],
        metadata_unique_constraints: set[UniqueConstraint],
        metadata_indexes: set[Index],
    ) -> None:
        """Take out of these sets what this database makes look different."""

    def correct_for_autogen_foreignkeys(
        self,
        conn_fks: set[ForeignKeyConstraint],
        metadata_fks: set[ForeignKeyConstraint],
    ) -> None:
        """Take out of these sets what this database makes look different."""

    def is_implied_index(
        self, reflected_index: Mapping[str, Any], foreign_keys: Sequence[Any]
    ) -> bool:
        """Return True for an index that the database made for a foreign key.

        :param reflected_index: an entry of ``Inspector.get_indexes()``
        :param foreign_keys: ``Inspector.get_foreign_keys()`` of the table
        """
        return False

    # -- reflection and rendering --------------------------------------------

    def is_of_database(self, table_name: str) -> bool:
        """Return True for a table that the database keeps for itself."""
        return False

    def autogen_column_reflect(
        self, inspector: Any, table: Any, column_info: dict[str, Any]
    ) -> None:
        """Change a column's reflected facts; a listener for ``column_reflect``.

        :param inspector: SQLAlchemy's inspector
        :param table: the table that is reflected
        :param column_info: the facts, changed in place
        """

    def _compat_autogen_column_reflect(
        self, inspector: Any
    ) -> Callable[[Any, dict[str, Any]], None]:
        """Return :meth:`autogen_column_reflect` with its inspector known."""

        def adapt(table: Any, column_info: dict[str, Any]) -> None:
            self.autogen_column_reflect(inspector, table, column_info)

        return adapt

    def adjust_reflected_dialect_options(
        self, reflected_object: Mapping[str, Any], kind: str
    ) -> dict[str, Any]:
        """Return the dialect options of something reflected.

        :param reflected_object: an entry as SQLAlchemy's inspector returns it
        :param kind: ``"index"``, ``"unique_constraint"`` or ``"check_constraint"``
        """
        return dict(reflected_object.get("dialect_options") or {})

    def render_type(
        self, type_obj: TypeEngine[Any], autogen_context: Any
    ) -> str | Literal[False]:
        """Return the Python text for a type, or False for the usual one."""
        return False

    def render_ddl_sql_expr(
        self,
        expr: Any,
        is_server_default: bool = False,
        **kw: Any,
    ) -> str:
        """Return an expression as SQL text with values in it and without table names.

        Text in which nobody has given the parameters values is what a database
        reports: a colon in it is a colon.

        :param expr: a default, an element of an index or a condition
        :param is_server_default: True for a server default
        :param kw: ``is_index`` is True for an element of an index
        """
        if sqla_reflection.lacks_values(expr):
            return str(expr.text)
        options = {"literal_binds": True, "include_table": False}
        return str(expr.compile(dialect=self._script.dialect, compile_kwargs=options))


def unwrapped_default(text: str | None) -> str | None:
    """Return a default without outer parentheses and quotes around it.

    :param text: SQL text of a default, or None
    """
    if text is None:
        return None
    inside = text.strip()
    if is_parenthesized(inside):
        inside = inside[1:-1].strip()
    if len(inside) > 1 and inside[0] == inside[-1] == '"' and inside[1:2] == "'":
        inside = inside[1:-1]
    if re.fullmatch(_STRING, inside):
        return inside[1:-1].replace("''", "'")
    return inside


def is_parenthesized(text: str) -> bool:
    """Return True when one pair of parentheses holds the whole text.

    :param text: an SQL expression
    """
    if not text.startswith("("):
        return False
    depth = 0
    for found in re.finditer(rf"{_STRING}|[()]", text):
        depth += {"(": 1, ")": -1}.get(found.group(), 0)
        if depth == 0:
            return found.end() == len(text)
    return False


def needs_parentheses_in_index(expr: Any, functions: bool = False) -> bool:
    """Return True for an element of an index that is neither column nor text.

    :param expr: the element; ``DESC``, a label and the like are looked through
    :param functions: True counts function calls too
    """
    inside = sqla_compat.column_inside(expr)
    if isinstance(inside, (ColumnClause, TextClause)):
        return False
    return functions or not isinstance(inside, FunctionElement)


def _all_words(params: Params) -> str:
    return " ".join([params.token0, *params.tokens])


def _arguments(group: str) -> tuple[list[str], dict[str, str]]:
    """Return what stands in parentheses, apart by position and by name."""
    args: list[str] = []
    kwargs: dict[str, str] = {}
    for found in _TYPE_ARGUMENT.findall(group):
        name, equals, value = found.partition("=")
        if equals and "'" not in name:
            kwargs[name.strip()] = value.strip()
        else:
            args.append(found.strip())
    return args, kwargs


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
    differing: set[str] = set()
    ignored: set[str] = set()
    for name in wanted.keys() | found.keys():
        value = wanted.get(name)
        if value == found.get(name):
            continue
        # Being generated always or not is a choice also where it is the default.
        is_default = name != "always" and value == default.get(name)
        if name in skip or is_default:
            ignored.add(name)
        else:
            differing.add(name)
    return differing, ignored


def _options(identity: Any) -> dict[str, Any]:
    if identity is None or identity is False:
        return {}
    options = sqla_compat.identity_options(identity)
    # None and False both mean BY DEFAULT.
    options["always"] = bool(options["always"])
    return options
