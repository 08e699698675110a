"""The bare code as SVG, for the shop's own menu or sign. One path, no script, no style, no font.

60 mm wide when printed as it is, and sharp at any size: the view box counts modules.
"""

from xml.sax.saxutils import escape

from merchants.qr.matrix import QUIET_ZONE, dark_runs, matrix
from merchants.sheets.base import Sheet, SheetText, file_name, title_of

title = "Code alone, SVG"

MILLIMETRES = 60


def draw(link: str, text: SheetText) -> Sheet:
    """The code with its quiet zone on white, black modules, the shop's name as its title."""
    modules = matrix(link)
    side = len(modules) + 2 * QUIET_ZONE
    path = "".join(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{run}v1h-{run}z" for y, x, run in dark_runs(modules))
    content = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{MILLIMETRES}mm" height="{MILLIMETRES}mm"'
        f' viewBox="0 0 {side} {side}" role="img" shape-rendering="crispEdges">'
        f"<title>{escape(title_of(text))}</title>"
        f'<rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{path}"/></svg>\n'
    )
    return Sheet(content.encode(), "image/svg+xml", file_name(text, ".svg"))
