"""What a client can show: optional parts of the protocol are used only where it has them."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types

_MARKDOWN = types.MarkupKind.Markdown


@dataclass(frozen=True, slots=True)
class Client:
    """`markdown_*` say where Markdown may stand, else plain text does; `inline` whether the client
    draws ghost text itself."""

    markdown_items: bool = False
    markdown_hover: bool = False
    preselect: bool = False
    insert_text_mode: bool = False
    label_offsets: bool = False
    inline: bool = False


def client_of(capabilities: types.ClientCapabilities) -> Client:
    """The client that announces these capabilities."""
    text = capabilities.text_document
    completion = None if text is None else text.completion
    item = None if completion is None else completion.completion_item
    modes = None if item is None else item.insert_text_mode_support
    hover = None if text is None else text.hover
    help_ = None if text is None else text.signature_help
    information = None if help_ is None else help_.signature_information
    parameter = None if information is None else information.parameter_information
    return Client(
        markdown_items=item is not None and _MARKDOWN in (item.documentation_format or ()),
        markdown_hover=hover is not None and _MARKDOWN in (hover.content_format or ()),
        preselect=item is not None and bool(item.preselect_support),
        insert_text_mode=modes is not None and types.InsertTextMode.AsIs in modes.value_set,
        label_offsets=parameter is not None and bool(parameter.label_offset_support),
        inline=text is not None and text.inline_completion is not None,
    )


def markup(text: str, *, markdown: bool) -> types.MarkupContent:
    """A description as the client can show it."""
    if markdown:
        return types.MarkupContent(types.MarkupKind.Markdown, text)
    lines = [line for line in text.split("\n") if not line.startswith("```")]
    return types.MarkupContent(types.MarkupKind.PlainText, "\n".join(lines).replace("`", ""))
