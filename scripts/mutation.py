"""Mutants of a Python source: every small fault that somebody could write into it, one at a time.

Pure: takes text, gives text. What is no logic stays as it is: annotations, decorators, asserts (they narrow types),
docstrings, sentences. How mutants are tried lives in `mutants.py`.
"""

import ast
import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

# Refusal codes, duties, events, keys; a sentence never looks like this.
CODE = re.compile(r"[a-z][a-z0-9_.]*")
MEMBER = re.compile(r"[A-Z][A-Z0-9_]*")
INVENTED = "mutated"
NOTHINGS = ("None", "False")  # to return None instead would change nothing
SKIPPED_FIELDS = {"annotation", "returns", "decorator_list", "bases", "ctx"}
SKIPPED_NODES = (ast.Assert, ast.JoinedStr, ast.Import, ast.ImportFrom)
SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Mult,),
}


@dataclass(frozen=True)
class Mutant:
    """One fault. `module`, `where` and `change` name it as long as nobody rewrites that very place."""

    module: str
    where: str
    change: str
    line: int
    before: str = field(repr=False)
    after: str = field(repr=False)

    @property
    def name(self) -> tuple[str, str, str]:
        return self.module, self.where, self.change

    @property
    def place(self) -> str:
        return f"{self.module}:{self.line}  {self.where}: {self.change}"

    @property
    def diff(self) -> list[str]:
        lines = difflib.unified_diff(self.before.splitlines(), self.after.splitlines(), lineterm="", n=0)
        return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@dataclass(frozen=True)
class Edit:
    """Bytes of the source from `begin` to `end` become `new`."""

    begin: int
    end: int
    new: str
    change: str


class Source:
    """A module's text with what the operators ask about it."""

    def __init__(self, text: str) -> None:
        self.raw = text.encode()
        self.tree = ast.parse(text)
        self.starts = [0]
        for line in self.raw.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        nodes = list(ast.walk(self.tree))
        self.takes = {
            n.name: len(n.args.args) for n in nodes if isinstance(n, ast.FunctionDef) and n.args.vararg
        }
        self.members = [found for n in nodes if (found := member(n))]

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        begin = self.starts[node.lineno - 1] + node.col_offset
        return begin, self.starts[node.end_lineno - 1] + node.end_col_offset

    def written(self, edit: Edit) -> str:
        return (self.raw[: edit.begin] + edit.new.encode() + self.raw[edit.end :]).decode()

    def instead(self, node: ast.expr | ast.stmt, new: str) -> Edit:
        return Edit(*self.span(node), new, f"{short(ast.unparse(node))} → {short(new)}")

    def swapped(self, node: ast.expr, new: ast.expr) -> Edit:
        """One expression for another; parentheses keep it together, whatever stands around it."""
        edit = self.instead(node, ast.unparse(new))
        return replace(edit, new=f"({edit.new})")

    def dropped(self, first: ast.expr, last: ast.expr) -> Edit:
        """What stands between commas goes, with the comma behind it."""
        begin, end = self.span(first)[0], self.span(last)[1]
        comma = re.match(rb"\s*,", self.raw[end:])
        return Edit(begin, end + (comma.end() if comma else 0), "", f"drop {short(ast.unparse(first))}")


Operator = Callable[[ast.AST, Source], Iterator[Edit]]


def short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= 90 else f"{line[:89]}…"


def member(node: ast.AST) -> tuple[str, str] | None:
    """`P.DRAFTING`, `who.APPROVER`: a name out of a family, by its family and itself."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and MEMBER.fullmatch(node.attr):
        return node.value.id, node.attr
    return None


# --- The operators: what can go wrong at one node


def comparisons(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            for other in SWAPS[type(op)]:
                ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
                yield source.swapped(node, ast.Compare(node.left, ops, node.comparators))  # type: ignore[arg-type]


def connectives(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.BoolOp):
        yield source.swapped(node, ast.BoolOp(SWAPS[type(node.op)][0](), node.values))  # type: ignore[arg-type]


def arithmetic(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.BinOp):
        for other in SWAPS.get(type(node.op), ()):
            yield source.swapped(node, ast.BinOp(node.left, other(), node.right))  # type: ignore[arg-type]


def negations(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield source.swapped(node, node.operand)


def conditions(node: ast.AST, source: Source) -> Iterator[Edit]:
    """A plain condition turns round; comparisons and connectives have operators of their own."""
    tests = [node.test] if isinstance(node, ast.If | ast.IfExp | ast.While) else []
    tests += node.ifs if isinstance(node, ast.comprehension) else []
    for test in tests:
        if isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.NamedExpr):
            yield source.swapped(test, ast.UnaryOp(ast.Not(), test))


def constants(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield source.instead(node, str(not node.value))
        elif isinstance(node.value, int):
            yield source.instead(node, str(node.value + 1))
        elif isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield source.instead(node, repr(INVENTED))


def defaults(node: ast.AST, source: Source) -> Iterator[Edit]:
    """An argument or field that stays empty unless given, gets something."""
    given: list[ast.expr | None] = (
        [*node.defaults, *node.kw_defaults] if isinstance(node, ast.arguments) else []
    )
    given += [node.value] if isinstance(node, ast.AnnAssign) else []
    for default in given:
        if isinstance(default, ast.Constant) and default.value == "":
            yield source.instead(default, repr(INVENTED))


def yields(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom):
        yield replace(source.instead(node, "yield from ()"), change=f"drop {short(ast.unparse(node))}")


def returns(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.Return):
        if node.value is None:
            yield source.instead(node, "pass")
        elif ast.unparse(node.value) not in NOTHINGS:
            yield source.instead(node, "return None")


def elements(node: ast.AST, source: Source) -> Iterator[Edit]:
    """Each element of a literal is forgotten: a gate of a list, a source of a row, a row of the table."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and not is_target(node):
        for place, element in enumerate(node.elts):
            left = [*node.elts[:place], *node.elts[place + 1 :]]
            edit = source.dropped(element, element)
            # Of one or none, commas and brackets would make something else than a tuple or a set.
            whole = len(left) < 2 and not isinstance(node, ast.List)
            yield Edit(*source.span(node), brackets(node, left), edit.change) if whole else edit


def brackets(node: ast.expr, elts: list[ast.expr]) -> str:
    """A tuple or a set of these few."""
    return ast.unparse(ast.Tuple(elts, ast.Load()) if isinstance(node, ast.Tuple) else ast.Set(elts))


def is_target(node: ast.AST) -> bool:
    return not isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def entries(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                yield source.dropped(key, value)


def arguments(node: ast.AST, source: Source) -> Iterator[Edit]:
    """What is listed in a call of one of the module's own functions with *args: the gates of a row."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in source.takes:
        for given in node.args[source.takes[node.func.id] :]:
            yield source.dropped(given, given)


def members(node: ast.AST, source: Source) -> Iterator[Edit]:
    """Another one of the same family: another state, verb, subject, another person."""
    if found := member(node):
        family = sorted({name for base, name in source.members if base == found[0]})
        following = family[(family.index(found[1]) + 1) % len(family)]
        if following != found[1]:
            assert isinstance(node, ast.Attribute)
            yield source.instead(node, f"{found[0]}.{following}")


OPERATORS: tuple[Operator, ...] = (
    comparisons,
    connectives,
    arithmetic,
    negations,
    conditions,
    constants,
    defaults,
    yields,
    returns,
    elements,
    entries,
    arguments,
    members,
)


# --- Walking a module


def children(node: ast.AST) -> Iterator[ast.AST]:
    """What may be mutated below `node`, in the order of the source."""
    for name, value in ast.iter_fields(node):
        if name not in SKIPPED_FIELDS:
            below = value if isinstance(value, list) else [value]
            yield from (each for each in below if isinstance(each, ast.AST))


def scope(node: ast.AST, where: str) -> str:
    """The name of the place: function, class, assigned name, and in a list of rows what a row starts with."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return f"{where}.{node.name}".lstrip(".")
    if isinstance(node, ast.Assign | ast.AnnAssign) and not where:
        return ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
    return where


def edits(node: ast.AST, where: str, source: Source) -> Iterator[tuple[str, Edit]]:
    """Every edit at `node` and below it, with the name of its place."""
    if isinstance(node, SKIPPED_NODES) or is_unpacking(node) or is_docstring(node):
        return
    inside = scope(node, where)
    for operator in OPERATORS:
        yield from ((inside, edit) for edit in operator(node, source))
    is_list = isinstance(node, ast.Tuple) and inside.isidentifier() and inside.isupper()
    for child in children(node):
        row = first_of(child) if is_list else ""
        yield from edits(child, f"{inside} {row}".rstrip(), source)


def is_unpacking(node: ast.AST) -> bool:
    """`P, D = PostState, DeliveryState`: short names, and Python itself counts them."""
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple)


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def first_of(row: ast.AST) -> str:
    parts = row.args if isinstance(row, ast.Call) else row.elts if isinstance(row, ast.Tuple) else []
    return ast.unparse(parts[0]) if parts else ""


def mutants(module: str, text: str) -> list[Mutant]:
    """Every mutant of the source `text` of `module`, in the order of its lines; each has a name of its own."""
    source = Source(text)
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for where, edit in edits(source.tree, "", source):
        seen[where, edit.change] += 1
        times = seen[where, edit.change]
        change = edit.change if times == 1 else f"{edit.change} ({times})"
        line = source.raw[: edit.begin].count(b"\n") + 1
        found.append(Mutant(module, where, change, line, text, source.written(edit)))
    return sorted(found, key=lambda mutant: mutant.line)
