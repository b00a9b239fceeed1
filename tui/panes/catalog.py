"""The tree of tables and columns."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from sqlcomplete.schema.model import Column, Schema, Table

_TABLES = 2000  # nodes of one namespace; a larger catalog is reached by typing, not by scrolling


@dataclass(frozen=True, slots=True)
class Entry:
    """What a node stands for."""

    table: Table
    column: Column | None = None


class Catalog(Tree[Entry | None]):
    """Tables by namespace. Columns are added when a table is opened."""

    DEFAULT_CSS = """
    Catalog { background: $surface; padding: 0 0 0 1; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class Insert(Message):
        """The user wants this name at the cursor."""

        name: str

    def __init__(self, id: str | None = None) -> None:
        super().__init__("reading…", id=id)
        self.show_root = True
        self.guide_depth = 2
        self.auto_expand = True

    def load(self, name: str, schema: Schema) -> None:
        """Show a schema. Tables that were open stay open."""
        was_open = {
            (node.data.table.namespace, node.data.table.name)
            for node in self._tables(self.root)
            if node.is_expanded and node.data
        }
        self.clear()
        self.root.set_label(name)
        namespaces: dict[str | None, list[Table]] = {}
        for table in sorted(schema.tables, key=lambda table: table.name.casefold()):
            namespaces.setdefault(table.namespace, []).append(table)
        default = schema.default_namespace
        for namespace in sorted(namespaces, key=lambda name: (name != default, name or "")):
            tables = namespaces[namespace]
            parent = self.root
            if len(namespaces) > 1:
                parent = self.root.add(namespace or "(none)", expand=namespace == default)
            for table in tables[:_TABLES]:
                node = parent.add(_table_label(table), data=Entry(table))
                if (table.namespace, table.name) in was_open:
                    node.expand()
            if len(tables) > _TABLES:
                parent.add_leaf(Text(f"… {len(tables) - _TABLES:,} more", style="dim italic"))
        self.root.expand()

    def fail(self, name: str, message: str) -> None:
        """Say why there is no schema."""
        self.clear()
        self.root.set_label(name)
        self.root.add_leaf(Text(message, style="italic"))
        self.root.expand()

    def _tables(self, node: TreeNode[Entry | None]) -> list[TreeNode[Entry | None]]:
        found = []
        for child in node.children:
            found += [child] if child.data and child.data.column is None else self._tables(child)
        return found

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Entry | None]) -> None:
        node = event.node
        if node.data is None or node.data.column is not None or node.children:
            return
        table = node.data.table
        for column in table.columns:
            node.add_leaf(_column_label(table, column), data=Entry(table, column))

    def on_tree_node_selected(self, event: Tree.NodeSelected[Entry | None]) -> None:
        event.stop()
        if event.node.data and event.node.data.column is not None:
            self.post_message(self.Insert(event.node.data.column.name))


def _table_label(table: Table) -> Text:
    label = Text(table.name)
    if table.kind == "view":
        label.append(" view", style="dim italic")
    return label


def _column_label(table: Table, column: Column) -> Text:
    label = Text(column.name)
    if column.name in table.primary_key:
        label.append(" PK", style="bold yellow")
    for key in table.foreign_keys:
        if column.name in key.columns:
            label.append(f" →{key.ref_table}", style="cyan")
            break
    label.append(f" {(column.type or '').lower()}", style="dim")
    return label
