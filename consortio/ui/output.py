"""How compiled templates put their pieces together: as Jinja does, with less work for each piece of a long table."""

from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame


class PageCode(CodeGenerator):
    """
    Some things are done less often; what a page says stays the same.

    A loop hands on its rows as one text: each piece would else go up through every template that the page extends. And
    what is markup already is not wrapped as markup once more, and what pictures are made of, a number with a fraction, holds
    nothing to escape; everything else is escaped, as ever.
    """

    def visit_For(self, node: nodes.For, frame: Frame) -> None:
        if frame.buffer is not None or frame.require_output_check:
            return super().visit_For(node, frame)
        self.buffer(frame)
        super().visit_For(node, frame)
        self.writeline(f"yield concat({frame.buffer})", node)
        frame.buffer = None

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if self._is_plain(frame, finalize):
            self.write("(piece if type(piece := ")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if self._is_plain(frame, finalize):
            self.write(") is Markup else str(piece) if type(piece) is float else escape(piece))")
        else:
            super()._output_child_post(node, frame, finalize)

    def _is_plain(self, frame: Frame, finalize: Any) -> bool:
        return frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None


class PageEnvironment(Environment):
    code_generator_class = PageCode
