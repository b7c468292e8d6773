"""A user of a web page without a mouse, for tests that count the necessary keys."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import FileChooser, Locator, Page, expect

_FOCUSED = """() => {
  const at = document.activeElement, label = at.labels && at.labels[0];
  const words = at.getAttribute('aria-label') || (label && label.innerText) || at.innerText || at.value || '';
  return words.trim().split('\\n')[0];
}"""
_WATCH = """() => {
  for (const kind of ['pointerdown', 'mousedown', 'touchstart'])
    addEventListener(kind, () => { document.documentElement.dataset.pointed = kind; }, true);
}"""


class Keyboard:
    """The keyboard of a page. `pressed` counts the keys. Create it before the page is loaded."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0
        page.add_init_script(f"({_WATCH})()")
        page.on("filechooser", lambda _: None)  # from now on the browser asks here for files, before any key is pressed

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def write(self, text: str) -> None:
        """Insert the text into the focused element at once, as an input method does.

        This does not count as pressed keys.
        """
        self.page.keyboard.insert_text(text)

    def at(self) -> str:
        """Return the label or the first line of text of the focused element."""
        found: str = self.page.evaluate(_FOCUSED)
        return found

    def _at(self, name: str) -> bool:
        return self.at() == name or self.at().startswith(f"{name} (")

    def goes_to(self, name: str, most: int = 40) -> None:
        """Press Tab until the element of the given name has the focus. Fail after `most` times."""
        passed = []
        for _ in range(most):
            if self._at(name):
                return
            passed.append(self.at())
            self.press("Tab")
        assert self._at(name), f"no way to {name!r} by {most} times Tab: {passed}"

    def does(self, name: str, most: int = 40) -> None:
        self.goes_to(name, most)
        self.press("Enter")

    def fills(self, name: str, text: str, most: int = 40) -> None:
        self.goes_to(name, most)
        self.write(text)

    def chooses(self, name: str, words: str, most: int = 40) -> None:
        """Go to the selection list of the given name and press the down arrow until it shows the given words."""
        self.goes_to(name, most)
        for _ in range(200):
            if self.page.evaluate("document.activeElement.selectedOptions[0].text") == words:
                return
            self.press("ArrowDown")
        raise AssertionError(f"no {words!r} in {name!r}")

    def brings(self, name: str, file: Path, most: int = 40) -> None:
        self.goes_to(name, most)
        with self.page.expect_file_chooser() as opened:
            self.press("Enter")
        chooser: FileChooser = opened.value
        chooser.set_files(file)

    def sees(self, words: str, where: Locator | None = None) -> None:
        """Wait until the content contains the given words and no htmx request is pending."""
        expect(where or self.page.locator("main")).to_contain_text(words)
        expect(self.page.locator(".htmx-request")).to_have_count(0)

    def is_at_work(self) -> None:
        """Wait until the focus is inside `<main>`, i.e. was not lost by a change of the page."""
        inside = "document.querySelector('main').contains(document.activeElement) && document.activeElement.localName"
        self.page.wait_for_function(f"() => !!({inside})")

    def never_pointed(self) -> None:
        """Fail if a mouse or a touch screen was used on the given page."""
        assert self.page.evaluate("document.documentElement.dataset.pointed ?? ''") == ""
