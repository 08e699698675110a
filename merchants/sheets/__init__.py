"""The sheets we can draw: one module each, one line each.

To add one: write `merchants/sheets/<name>.py` with a `draw` function, and name it here.
"""

from merchants.sheets import a4, png, roll, sticker, svg, tent
from merchants.sheets.base import SheetPlug

SHEETS: dict[str, SheetPlug] = {
    "a4": a4,
    "tent": tent,
    "sticker": sticker,
    "roll": roll,
    "svg": svg,
    "png": png,
}
# Those that can hold many codes: what a print run is drawn on.
LAYOUTS = {"sticker": sticker.layout, "tent": tent.layout, "a4": a4.layout, "roll": roll.layout}
