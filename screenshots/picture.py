"""A screen as a picture. Text comes from fonts; lines, bars and dots are drawn, so that they join between cells."""

import unicodedata

from PIL import Image, ImageDraw, ImageFont

LATIN = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono%s.ttf"
JAPANESE = "/usr/share/fonts/truetype/vlgothic/VL-Gothic-Regular.ttf"
SIZE, WIDTH, HEIGHT, BASELINE, MARGIN = 15, 9, 19, 15, 12

BACKGROUND, FOREGROUND = (24, 26, 31), (209, 212, 218)
COLOURS = {
    "default": FOREGROUND, "black": (40, 44, 52), "red": (240, 98, 98), "green": (128, 200, 120),
    "brown": (232, 190, 92), "yellow": (232, 190, 92), "blue": (98, 160, 240), "magenta": (205, 130, 220),
    "cyan": (96, 200, 214), "white": FOREGROUND,
}
# Left, right, up, down: where a line leaves the cell.
LINES = {
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu", "├": "rud", "┤": "lud", "┬": "lrd",
    "┴": "lru", "┼": "lrud",
}
# The dots of U+2800 to U+28FF by their bit: column and row.
DOTS = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]


def mixed(colour, other, part):
    return tuple(round(a * part + b * (1 - part)) for a, b in zip(colour, other))


class Picture:
    def __init__(self, screen):
        self.screen = screen
        size = (screen.columns * WIDTH + 2 * MARGIN, screen.lines * HEIGHT + 2 * MARGIN)
        self.image = Image.new("RGB", size, BACKGROUND)
        self.pen = ImageDraw.Draw(self.image)
        self.fonts = {bold: ImageFont.truetype(LATIN % ("-Bold" if bold else ""), SIZE) for bold in (False, True)}
        self.japanese = ImageFont.truetype(JAPANESE, SIZE + 2)
        for row in range(screen.lines):
            for column in range(screen.columns):
                self.cell(row, column)
        if not screen.cursor.hidden:
            self.cursor()

    def cell(self, row, column):
        char = self.screen.buffer[row][column]
        wide = column + 1 < self.screen.columns and self.screen.buffer[row][column + 1].data == ""
        x, y = MARGIN + column * WIDTH, MARGIN + row * HEIGHT
        width = WIDTH * (2 if wide else 1)
        ink, paper = self.colours(char)
        if char.data == "":
            return
        if paper != BACKGROUND:
            self.pen.rectangle((x, y, x + width - 1, y + HEIGHT - 1), fill=paper)
        if char.underscore:
            self.pen.line((x, y + HEIGHT - 2, x + width - 1, y + HEIGHT - 2), fill=mixed(ink, paper, 0.6))
        self.glyph(char, x, y, ink, paper)

    def colours(self, char):
        ink = COLOURS.get(char.fg) or tuple(bytes.fromhex(char.fg))
        paper = BACKGROUND if char.bg == "default" else COLOURS.get(char.bg) or tuple(bytes.fromhex(char.bg))
        if char.italics:  # faint: see terminal.py
            ink = mixed(ink, paper, 0.62)
        if char.reverse:
            ink, paper = paper, ink
        return ink, paper

    def glyph(self, char, x, y, ink, paper):
        text = char.data
        code = ord(text[0])
        if text in LINES:
            self.line(LINES[text], x, y, ink)
        elif 0x2588 <= code <= 0x258F:  # eighths of a full block, from the left
            eighths = 0x2590 - code
            self.pen.rectangle((x, y, x + round(WIDTH * eighths / 8) - 1, y + HEIGHT - 1), fill=ink)
        elif 0x2800 <= code <= 0x28FF:
            self.dots(code - 0x2800, x, y, ink)
        elif text.strip():
            japanese = code > 0x2E7F or unicodedata.east_asian_width(text[0]) in "WFH"
            font = self.japanese if japanese else self.fonts[char.bold]
            self.pen.text((x, y + BASELINE), text, font=font, fill=ink, anchor="ls")

    def line(self, directions, x, y, ink):
        middle_x, middle_y = x + WIDTH // 2, y + HEIGHT // 2
        ends = {"l": (x, middle_y), "r": (x + WIDTH - 1, middle_y), "u": (middle_x, y), "d": (middle_x, y + HEIGHT - 1)}
        for direction in directions:
            self.pen.line((middle_x, middle_y, *ends[direction]), fill=ink)

    def dots(self, bits, x, y, ink):
        for bit, (column, row) in enumerate(DOTS):
            if bits >> bit & 1:
                left, top = x + 1 + column * 5, y + 1 + round(row * HEIGHT / 4)
                self.pen.rectangle((left, top, left + 2, top + 2), fill=ink)

    def cursor(self):
        x, y = MARGIN + self.screen.cursor.x * WIDTH, MARGIN + self.screen.cursor.y * HEIGHT
        self.pen.rectangle((x, y + 2, x + 1, y + HEIGHT - 3), fill=FOREGROUND)

    def save(self, path):
        self.image.quantize(256, method=Image.Quantize.MAXCOVERAGE).save(path, optimize=True)
