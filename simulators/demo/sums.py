"""Arithmetic for the demo model: sums in figures or in words."""

import ast
import operator
import re
from collections.abc import Callable
from fractions import Fraction

_WORDS = (
    (r"\b(?:multiplied by|times|fois|x)\b|\u00d7", "*"),
    (r"\b(?:divided by|over|divisé par)\b|÷", "/"),
    (r"\bplus\b", "+"),
    (r"\b(?:minus|moins)\b", "-"),
    (r"(?<=\d),(?=\d{3}\b)", ""),
)
_SUM = re.compile(r"\(*\s*-?\d[\d\s.()]*(?:[-+*/%][\s(]*-?[\s(]*\d[\d\s.()]*)+")
_ASKED = re.compile(
    r"what(?:'s| is| are)|how much|calculate|compute|combien|calcule|=\s*\?|^[\s\d(]", re.IGNORECASE
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST = 80
_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}


def sum_in(text: str) -> str | None:
    """The sum that a question asks for, in figures; None if it asks for none."""
    for words, sign in _WORDS:
        text = re.sub(words, sign, text, flags=re.IGNORECASE)
    found = _SUM.search(text)
    if found is None or len(found[0]) > _LONGEST or _DATE.search(text) or not _ASKED.search(text):
        return None
    figures = found[0].strip()
    return re.sub(r"\s+", " ", figures)


def result_of(figures: str) -> str | None:
    """The result, to six decimals. Raises ZeroDivisionError; None if the figures are no sum."""
    try:
        value = _value(ast.parse(figures, mode="eval").body)
    except (SyntaxError, ValueError):
        return None
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6f}".rstrip("0")


def _value(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as number):
            return Fraction(str(number))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_value(left), _value(right))
    raise ValueError(ast.dump(node))
