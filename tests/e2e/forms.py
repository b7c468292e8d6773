"""A person that uses HTML pages without a browser: follows links, fills in fields by their labels, presses buttons."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

import html5lib
import httpx


class Visitor:
    """A person with an open page. `http` keeps the person's cookies."""

    def __init__(self, http: httpx.Client, address: str) -> None:
        self.http = http
        self.opens(address)

    def opens(self, address: str) -> None:
        self._shows(self.http.get(address, follow_redirects=True))

    def _shows(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        self._at = answer.url
        self._page: Element = html5lib.parse(answer.text, namespaceHTMLElements=False)

    @property
    def text(self) -> str:
        return words_of(self._page)

    def presses(self, words: str, filled: Mapping[str, str]) -> None:
        """Follow the link or submit the form with a link or button that begins with the given words.

        `filled` gives values by the label of the field.
        """
        for link in self._page.iter("a"):
            if words_of(link).startswith(words) and not link.attrib["href"].startswith("#"):
                assert not filled, f"a link takes nothing of {filled}"
                self.opens(str(self._at.join(link.attrib["href"])))
                return
        for form in self._page.iter("form"):
            for button in form.iter("button"):
                if words_of(button).startswith(words):
                    self._sends(form, button, filled)
                    return
        raise AssertionError(f"nothing to press on {self._at.path} begins with {words!r}:\n{self.text}")

    def _sends(self, form: Element, button: Element, filled: Mapping[str, str]) -> None:
        fields = values_of(form)
        ids = {words_of(label): label.attrib["for"] for label in form.iter("label") if "for" in label.attrib}
        names = {
            element.attrib["id"]: element.attrib["name"]
            for element in form.iter()
            if {"id", "name"} <= element.attrib.keys()
        }
        choices = {
            (select.attrib["name"], words_of(option)): option.attrib.get("value", words_of(option))
            for select in form.iter("select")
            for option in select.iter("option")
        }
        named = {names[ids[label]]: value for label, value in filled.items()}
        fields |= {name: choices.get((name, value), value) for name, value in named.items()}
        if "name" in button.attrib:
            fields[button.attrib["name"]] = button.attrib.get("value", "")
        address = self._at.join(button.attrib.get("formaction") or form.attrib["action"])
        self._shows(self.http.post(address, data=fields, follow_redirects=True))


def words_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def values_of(form: Element) -> dict[str, str]:
    found = {}
    for field in form.iter():
        name, kind = field.attrib.get("name"), field.attrib.get("type", "text")
        if not name or (kind in {"checkbox", "radio"} and "checked" not in field.attrib):
            continue
        if field.tag == "input" and kind != "file":
            found[name] = field.attrib.get("value", "")
        elif field.tag == "textarea":
            found[name] = field.text or ""
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = next((option for option in options if "selected" in option.attrib), options[0])
            found[name] = chosen.attrib.get("value", words_of(chosen))
    return found
