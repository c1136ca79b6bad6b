"""How much a reader has to keep in mind: branches and how deep they lie in one another.

Grammars call the same things by similar names, so one list serves every language that has a
grammar; what a grammar does not know is not asked for.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache

import tree_sitter

from workers.languages import LANGUAGES

SECONDS = 5.0
"""Of one file; what takes longer has no complexity that is known."""
LARGEST = 1_000_000

_NESTING = (
    "if_statement if_expression if_let_expression unless_statement if unless for_statement "
    "for_expression for_in_statement enhanced_for_statement for_range_loop foreach_statement "
    "c_style_for_statement for while_statement while_expression while until do_statement "
    "do_while_statement loop_expression repeat_while_statement guard_statement switch_statement "
    "switch_expression expression_switch_statement type_switch_statement select_statement "
    "match_statement match_expression when_expression case case_statement except_clause "
    "except_group_clause catch_clause catch_block rescue conditional_expression ternary_expression "
    "conditional"
).split()
"""These add one for themselves and one for each of their kind around them."""
_FLAT = (
    "elif_clause elsif else_if_clause case_clause switch_case switch_section switch_entry "
    "expression_case type_case communication_case match_arm when_entry when case_item "
    "if_clause for_in_clause if_modifier unless_modifier while_modifier"
).split()
"""These add one wherever they stand: they go on with what is around them."""
_OPERATORS = ("&&", "||", "and", "or", "??")
_SWITCHES = frozenset(
    "switch_statement switch_expression expression_switch_statement type_switch_statement "
    "select_statement match_statement match_expression when_expression case case_statement".split()
)
"""Their cases are the branches."""
_CASES = frozenset(
    "case_clause switch_case switch_section switch_entry expression_case type_case "
    "communication_case match_arm when_entry when case_item".split()
)


@dataclass(frozen=True, slots=True)
class Branch:
    """Lines are 1-based and inclusive. `path` adds to the ways through the code (McCabe), `own` to
    what a reader keeps in mind; `nests` where what is inside lies deeper."""

    start_line: int
    end_line: int
    start: int
    end: int
    path: bool
    own: bool
    nests: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """Cyclomatic: ways through, at least 1. Cognitive: branches, each one dearer the deeper it
    lies. Deepest: how many lie in one another."""

    cyclomatic: int
    cognitive: int
    deepest: int


@dataclass(frozen=True, slots=True)
class Complexity:
    """Of one text: its branches in order."""

    branches: tuple[Branch, ...] = ()

    def of_lines(self, start: int, end: int) -> Counted:
        """Of the lines, 1-based and inclusive, as if nothing were around them."""
        inside = [b for b in self.branches if start <= b.start_line and b.end_line <= end]
        around: list[int] = []
        paths, mind, deepest = 1, 0, 0
        for branch in inside:
            while around and around[-1] <= branch.start:
                around.pop()
            paths += branch.path
            if branch.own:
                mind += 1 + (len(around) if branch.nests else 0)
            if branch.nests:
                around.append(branch.end)
                deepest = max(deepest, len(around))
        return Counted(paths, mind, deepest)


def tree_of(parser: tree_sitter.Parser, source: bytes) -> tree_sitter.Tree | None:
    """None where it takes too long."""
    end = time.thread_time() + SECONDS
    try:
        return parser.parse(
            lambda offset, _: source[offset : offset + 65_536],
            progress_callback=lambda _, __: time.thread_time() > end,
        )
    except ValueError:  # how the library says that the callback stopped it
        parser.reset()
        return None


def measure(language: str, text: str) -> Complexity | None:
    """None where the language has no grammar, or the text is too much."""
    source = text.encode(errors="replace")
    made = _made(language)
    if made is None or len(source) > LARGEST:
        return None
    parser, query = made
    tree = tree_of(parser, source)
    if tree is None:
        return None
    cursor = tree_sitter.QueryCursor(query)
    cursor.set_max_start_depth(10_000)
    nodes = [node for found in cursor.captures(tree.root_node).values() for node in found]
    return Complexity(tuple(sorted(map(_branch, nodes), key=lambda b: (b.start, -b.end))))


@cache
def _made(name: str) -> tuple[tree_sitter.Parser, tree_sitter.Query] | None:
    grammar = LANGUAGES[name].grammar if name in LANGUAGES else None
    if grammar is None:
        return None
    language = tree_sitter.Language(grammar())
    kinds = [k for k in (*_NESTING, *_FLAT) if language.id_for_node_kind(k, True) is not None]
    signs = [s for s in _OPERATORS if language.id_for_node_kind(s, False) is not None]
    if not kinds:
        return None
    wanted = " ".join([*(f"({kind})" for kind in kinds), *(f'"{sign}"' for sign in signs)])
    return tree_sitter.Parser(language), tree_sitter.Query(language, f"[{wanted}] @branch")


_NESTS = frozenset(_NESTING)


def _branch(node: tree_sitter.Node) -> Branch:
    goes_on = node.type == "if_statement" and node.parent is not None and _is_else(node)
    return Branch(
        node.start_point[0] + 1,
        node.end_point[0] + 1,
        node.start_byte,
        node.end_byte,
        node.type not in _SWITCHES,
        node.type not in _CASES,
        node.type in _NESTS and not goes_on,
    )


def _is_else(node: tree_sitter.Node) -> bool:
    """Whether an 'if' goes on with another: 'else if' is no deeper than what it goes on with."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "else_clause":
        return True
    return parent.type in _NESTS and parent.child_by_field_name("alternative") == node
