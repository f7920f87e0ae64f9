"""Primavera XER: the WBS as a tree of phases, with the activities under them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from consortio.interchange.plan import OUTLINE_DEPTH_MAX, Item, Project, Refused
from consortio.interchange.values import Findings, Values, shorten
from consortio.interchange.wording import Wording
from consortio.interchange.xer_table import Row


@dataclass(frozen=True, slots=True)
class _Node:
    id: str
    parent: str | None
    project: str
    code: str
    name: str
    order: float
    is_project: bool
    line: int


def plant(
    wbs_rows: Sequence[Row], tasks: Sequence[Item], projects: Mapping[str, Project], findings: Findings
) -> list[Item]:
    """
    Return WBS nodes and activities in tree order, a node's activities before the nodes inside it.

    Raises:
        Refused: the WBS is deeper than any real one, or two nodes have one id.
    """
    tree = _Tree(wbs_rows, projects, findings)
    return tree.items(tasks)


class _Tree:
    def __init__(self, rows: Sequence[Row], projects: Mapping[str, Project], findings: Findings) -> None:
        self._findings = findings
        self._projects = projects
        self._nodes: dict[str, _Node] = {}
        for row in rows:
            self._take(row)
        self._inside: dict[str | None, list[_Node]] = defaultdict(list)
        for node in sorted(self._nodes.values(), key=lambda node: node.order):
            self._inside[node.parent if node.parent in self._nodes else None].append(node)
        self._tasks: dict[str | None, list[Item]] = defaultdict(list)
        self._planted: list[Item] = []
        self._seen: set[str] = set()

    def items(self, tasks: Sequence[Item]) -> list[Item]:
        for task in tasks:
            self._tasks[self._home(task)].append(task)
        for root in self._inside[None]:
            self._walk(root)
        for node in self._nodes.values():
            if node.id not in self._seen:
                message = Wording("WBS “{name}” lies inside itself; it was read as a top row.", name=shorten(node.name))
                self._findings.add("error", "wbs_circle", message, table="PROJWBS", line=node.line)
                self._walk(replace(node, parent=None))
        for task in self._tasks[None]:
            self._add(replace(task, parent=None, depth=1))
        return self._planted

    def _take(self, row: Row) -> None:
        values = Values(row.values, self._findings, table="PROJWBS", line=row.line)
        identity = values.raw("wbs_id")
        if f"wbs-{identity}" in self._nodes:
            raise Refused(
                Wording(
                    "Two rows of PROJWBS have the wbs_id {identity} (line {line}); expected one.",
                    identity=shorten(identity),
                    line=row.line,
                ),
                code="twin",
                where={"table": "PROJWBS", "line": row.line},
            )
        parent = values.raw("parent_wbs_id")
        self._nodes[f"wbs-{identity}"] = _Node(
            id=f"wbs-{identity}",
            parent=f"wbs-{parent}" if parent else None,
            project=values.raw("proj_id"),
            code=values.text("wbs_short_name", 200),
            name=values.text("wbs_name") or values.text("wbs_short_name"),
            order=values.number("seq_num") or 0,
            is_project=values.flag("proj_node_flag"),
            line=row.line,
        )

    def _home(self, task: Item) -> str | None:
        if task.parent in self._nodes or not self._nodes:
            return task.parent if self._nodes else None
        message = Wording(
            "“{name}” belongs to a WBS row that is not in the file; it was read as a top row.", name=shorten(task.name)
        )
        self._findings.add("warning", "unknown_wbs", message, table="TASK", uid=task.id)
        return None

    def _walk(self, root: _Node) -> None:
        """Add the node and all inside it; a list of what is open instead of recursion, for deep and broken trees."""
        waiting: list[tuple[_Node, str | None, int, str]] = [(root, None, 0 if root.is_project else 1, "")]
        while waiting:
            node, parent, depth, above = waiting.pop()
            if node.id in self._seen:
                continue
            self._seen.add(node.id)
            self._refuse_too_deep(node, depth)
            outline = f"{above}.{node.code}" if above else node.code
            self._add_node(node, parent, depth, outline)
            waiting.extend((one, node.id, depth + 1, outline) for one in reversed(self._inside[node.id]))

    def _add_node(self, node: _Node, parent: str | None, depth: int, outline: str) -> None:
        project = self._projects.get(node.project)
        name = project.name if node.is_project and project and not node.name else node.name
        self._add(
            Item(
                id=node.id,
                name=name,
                kind="project" if depth == 0 else "phase",
                parent=parent,
                depth=depth,
                code=node.code,
                outline=outline[:1000],
                project=node.project or None,
            )
        )
        for task in self._tasks[node.id]:
            self._add(replace(task, parent=node.id, depth=depth + 1, outline=outline[:1000]))

    def _refuse_too_deep(self, node: _Node, depth: int) -> None:
        if depth > OUTLINE_DEPTH_MAX:
            raise Refused(
                Wording(
                    "The WBS is more than {outline_depth_max} levels deep (line {line}); expected fewer.",
                    outline_depth_max=OUTLINE_DEPTH_MAX,
                    line=node.line,
                ),
                code="too_deep",
                where={"table": "PROJWBS", "line": node.line},
            )

    def _add(self, item: Item) -> None:
        self._planted.append(replace(item, order=len(self._planted)))
