"""A program on a pseudo-terminal, and what stands on its screen."""

import re
import time

import pexpect
import pyte


class Screen(pyte.Screen):
    """pyte's screen, with what curses uses of xterm besides."""

    answer = None

    def write_process_input(self, data):
        """Reports that the program asked for, such as where the cursor is."""
        if self.answer:
            self.answer(data)

    def select_graphic_rendition(self, *attributes, **options):
        """pyte has no faint characters. Nothing here is italic, so that attribute carries them."""
        translated, rest = [], list(attributes) or [0]
        while rest:
            number = rest.pop(0)
            if number in (38, 48):
                length = 2 if rest[:1] == [5] else 4
                translated += [number] + rest[:length]
                rest = rest[length:]
            else:
                translated += {2: [3], 22: [22, 23]}.get(number, [number])
        super().select_graphic_rendition(*translated, **options)

    def draw(self, data):
        super().draw(data)
        self.last = data[-1:]

    def repeat(self, count=1, **_):
        self.draw(self.last * (count or 1))

    def scroll_up(self, count=1, **_):
        self._scroll(count or 1, down=False)

    def scroll_down(self, count=1, **_):
        self._scroll(count or 1, down=True)

    def _scroll(self, count, down):
        column, row = self.cursor.x, self.cursor.y
        top, bottom = self.margins or (0, self.lines - 1)
        for _ in range(count):
            self.cursor.y = top if down else bottom
            self.reverse_index() if down else self.index()
        self.cursor.x, self.cursor.y = column, row


class Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "b": "repeat", "S": "scroll_up", "T": "scroll_down"}
    events = frozenset(pyte.ByteStream.events | {"repeat", "scroll_up", "scroll_down"})


class Terminal:
    def __init__(self, command, columns, rows):
        self.screen = Screen(columns, rows)
        self.stream = Stream(self.screen)
        environment = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "USER": "tanaka"}
        self.child = pexpect.spawn(command[0], command[1:], dimensions=(rows, columns), env=environment)
        self.screen.answer = self.child.send

    def read(self, seconds=0.05):
        """Takes in what the program writes, until it is silent for so long."""
        try:
            while True:
                self.stream.feed(self.child.read_nonblocking(65536, timeout=seconds))
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            raise SystemExit("the console has ended:\n" + self.text())

    def text(self):
        return "\n".join(self.screen.display)

    def row(self):
        """The line that the cursor stands on."""
        return self.screen.display[self.screen.cursor.y]

    def wait(self, pattern, within=60):
        """Until the screen shows what the pattern matches."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            self.read()
            if re.search(pattern, self.text(), re.MULTILINE):
                return
        raise SystemExit(f"not on the screen within {within} s: {pattern}\n{self.text()}")

    def press(self, keys, pattern, within=60):
        self.child.send(keys)
        self.wait(pattern, within)

    def close(self):
        self.child.close(force=True)
