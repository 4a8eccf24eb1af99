"""Values of the TOML table."""

from __future__ import annotations

from typing import Any

import pytest

from alembic.util.exc import CommandError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a'", "a"),
        ("1", 1),
        ("true", True),
        ("[]", []),
        ("{}", {}),
        ("['a', '%(word)s']", ["a", "w"]),
        ("{x = '%(word)s'}", {"x": "w"}),
        ("[{x = '100%%'}, {}]", [{"x": "100%"}, {}]),
    ],
)
def test_texts_are_interpolated_wherever_they_stand(
    toml: Any, text: str, value: Any
) -> None:
    config = toml(f"[tool.alembic]\na = {text}\n", config_args={"word": "w"})

    assert config.get_alembic_option("a") == value


@pytest.mark.parametrize(
    "text", ["1.5", "2020-01-01", "[1]", "{x = 1}", "[['a']]", "['a', {}]", "[{x = 1}]"]
)
def test_a_value_of_another_type_is_refused(toml: Any, text: str) -> None:
    with pytest.raises(CommandError, match="^unsupported TOML value type for key: 'a'"):
        toml(f"[tool.alembic]\na = {text}\n").get_alembic_option("a")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("secret%(nope)s", r"'%\(nope\)s', and nothing of that name is set"),
        ("secret 100%", "a '%' that begins neither '%%' nor"),
        ("secret%d", "a '%' that begins neither '%%' nor"),
        ("secret%(here)d", "a '%' that begins neither '%%' nor"),
        ("secret%*d", "a '%' that begins neither '%%' nor"),
    ],
)
def test_a_percent_sign_out_of_place_is_named_without_its_value(
    toml: Any, text: str, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence) as error:
        toml(f"[tool.alembic]\na = '{text}'\n").get_alembic_option("a")

    assert "'pyproject.toml': 'a' in [tool.alembic]" in str(error.value)
    assert "secret" not in str(error.value)
