"""A link as a drawn QR code, for pages: one path over a square of modules, quiet zone included."""

from dataclasses import dataclass

from merchants.qr.matrix import QUIET_ZONE, dark_runs, matrix

# Six dots of a thermal printer (203 to the inch) a module: no module is a dot wider than its neighbour.
ROLL_MODULE_MM = 6 * 25.4 / 203


@dataclass(frozen=True, slots=True)
class CodeDrawing:
    """path: the dark modules as SVG path data. side: modules from edge to edge, with the quiet zone."""

    path: str
    side: int

    @property
    def roll_mm(self) -> str:
        """How wide it is printed on a receipt roll, in millimetres: 36.8 for our usual links."""
        return f"{self.side * ROLL_MODULE_MM:.3f}"


def draw_code(link: str) -> CodeDrawing:
    modules = matrix(link)
    path = "".join(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{run}v1h-{run}z" for y, x, run in dark_runs(modules))
    return CodeDrawing(path, len(modules) + 2 * QUIET_ZONE)
