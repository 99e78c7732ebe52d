"""Questions about syntax trees alone."""

from __future__ import annotations

import ast
from typing import TypeGuard

from lint_keras_acc.infer.scopes import FunctionNode


def is_written(node: ast.AST | None) -> TypeGuard[ast.expr]:
    """An expression that stands somewhere in the text, and was not put together by the inference."""
    return hasattr(node, "lineno")


def pattern_test(subject: ast.expr, pattern: ast.pattern) -> ast.expr | None:
    """The expression that says whether a pattern fits; None where it takes the subject apart."""
    if isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant):
        return ast.Compare(subject, [ast.Eq()], [pattern.value])
    if isinstance(pattern, ast.MatchSingleton):
        return ast.Compare(subject, [ast.Is()], [ast.Constant(pattern.value)])
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
        return ast.Constant(True)
    if isinstance(pattern, ast.MatchOr):
        tests = [pattern_test(subject, one) for one in pattern.patterns]
        known = [test for test in tests if test is not None]
        return ast.BoolOp(ast.Or(), list(known)) if len(known) == len(tests) else None
    return None


def dump(node: ast.AST) -> str:
    """The expression in words that are the same for the same expression."""
    try:
        return ast.dump(node)
    except ValueError:  # a number of more digits than Python prints
        return f"<{id(node)}>"


def is_none(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def first_parameter(definition: FunctionNode) -> str | None:
    parameters = (*definition.args.posonlyargs, *definition.args.args)
    return parameters[0].arg if parameters else None


def parameter_default(definition: FunctionNode, name: str) -> ast.expr | None:
    """The default value of a parameter, where it has one."""
    arguments = definition.args
    positional = (*arguments.posonlyargs, *arguments.args)
    for parameter, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        if parameter.arg == name:
            return default
    for parameter, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if parameter.arg == name:
            return keyword_default
    return None
